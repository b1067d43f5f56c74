using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace HighPerf.TestKit.Brokers;

/// <summary>
/// A RabbitMQ node for tests; or the one that HIGHPERF_RABBITMQ (an amqp:// address) names. Nothing is shared with a system's node: home, cookie, node name, ports and the
/// port mapper (epmd) are its own, and all of its processes are one group.
/// </summary>
public sealed class RabbitMqHost : BrokerHost
{
    private readonly string _foreign = "";
    private readonly string _advanced;
    private readonly string _settings;
    private readonly string _plugins;
    private readonly int _distributionPort = FreePort();
    private readonly int _mapperPort = FreePort();

    /// <summary>Creates a host that is not started.</summary>
    /// <param name="isPrivate">True for a node that a test kills: never a foreign one.</param>
    /// <param name="advanced">Erlang terms for the application <c>rabbit</c>: <c>{consumer_timeout, 2000}</c>.</param>
    /// <param name="settings">Further lines of rabbitmq.conf; <c>%DIR%</c> is the data directory, <c>%TLS%</c> the port for TLS.</param>
    /// <param name="plugins">Names of plugins, separated by commas.</param>
    public RabbitMqHost(bool isPrivate = false, string advanced = "", string settings = "", string plugins = "")
        : base("rabbitmq")
    {
        _advanced = advanced;
        _settings = settings;
        _plugins = plugins;
        if (!isPrivate && Environment.GetEnvironmentVariable("HIGHPERF_RABBITMQ") is { Length: > 0 } foreign)
        {
            IsForeign = true;
            _foreign = foreign;
            Port = new Uri(foreign).Port;
        }
    }

    /// <summary><c>amqp://guest:guest@127.0.0.1:port</c>.</summary>
    public string Address => IsForeign ? _foreign : string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{Port}");

    /// <summary>A second port, for what <c>settings</c> makes of it.</summary>
    public int TlsPort { get; } = FreePort();

    /// <inheritdoc/>
    protected override TimeSpan StartTime => TimeSpan.FromSeconds(120);

    /// <inheritdoc/>
    protected override bool IsGroup => true;

    private string NodeName => string.Create(CultureInfo.InvariantCulture, $"highperf{Port}@localhost");

    /// <summary>Runs rabbitmqctl against this node.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">It failed.</exception>
    public async Task ControlAsync(params string[] arguments)
    {
        var command = WithEnvironment(new ProcessStartInfo("/usr/lib/rabbitmq/bin/rabbitmqctl", ["-n", NodeName, .. arguments]));
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        using var process = Process.Start(command)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new Xunit.Sdk.XunitException($"rabbitmqctl {string.Join(' ', arguments)} ended with {process.ExitCode}: {string.Concat(texts)}");
        }
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        File.WriteAllText(Path.Combine(DataDirectory, "plugins"), $"[{_plugins}].");
        var settings = _settings.Replace("%DIR%", DataDirectory, StringComparison.Ordinal).Replace("%TLS%", TlsPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(DataDirectory, "rabbitmq.conf"), $"log.file.level = warning\nlog.console = false\ndisk_free_limit.absolute = 50MB\n{settings}\n");
        File.WriteAllText(Path.Combine(DataDirectory, "advanced.config"), $"[{{rabbit, [{_advanced}]}}].");

        // setsid makes the shell the leader of the group that signals go to; the port mapper in the foreground is in it, a daemon would outlive it.
        return WithEnvironment(new ProcessStartInfo("setsid", ["sh", "-c", "epmd -port $ERL_EPMD_PORT & exec /usr/lib/rabbitmq/bin/rabbitmq-server"]));
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        var address = new Uri(Address);
        await client.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
        await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        var bytes = new byte[1];

        // connection.start is a method frame, on channel 0.
        return await client.GetStream().ReadAsync(bytes, cancellationToken).ConfigureAwait(false) == 1 && bytes[0] == 1;
    }

    private ProcessStartInfo WithEnvironment(ProcessStartInfo command)
    {
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = DataDirectory,
            ["RABBITMQ_NODENAME"] = NodeName,
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(DataDirectory, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(DataDirectory, "log"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(DataDirectory, "rabbitmq"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(DataDirectory, "advanced.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(DataDirectory, "plugins"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(DataDirectory, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
        })
        {
            command.Environment[name] = value;
        }

        return command;
    }
}
