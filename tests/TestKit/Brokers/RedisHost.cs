using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HighPerf.TestKit.Brokers;

/// <summary>A redis-server for tests; or the one that HIGHPERF_REDIS (host:port, of an empty server) names.</summary>
public sealed class RedisHost : BrokerHost
{
    private readonly string[] _arguments;

    /// <summary>Creates a host that is not started.</summary>
    /// <param name="arguments">Further options of redis-server. With any, the server is always an own one.</param>
    public RedisHost(params string[] arguments)
        : base("redis")
    {
        _arguments = arguments;
        var foreign = Environment.GetEnvironmentVariable("HIGHPERF_REDIS");
        if (!string.IsNullOrEmpty(foreign) && arguments.Length == 0)
        {
            IsForeign = true;
            Host = foreign[..foreign.LastIndexOf(':')];
            Port = int.Parse(foreign[(foreign.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The arguments of a sentinel with this configuration, which it will rewrite.</summary>
    public static string[] Sentinel(string configuration)
    {
        var file = Path.Combine(Path.GetTempPath(), $"highperf-sentinel-{Guid.NewGuid():N}.conf");
        File.WriteAllText(file, configuration);
        return [file, "--sentinel"];
    }

    /// <summary>Where it is.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary><c>redis://host:port</c>.</summary>
    public string Address => $"redis://{Host}:{Port}";

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        string[] place = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", DataDirectory, "--daemonize", "no"];

        // A sentinel's file comes first, and it keeps no data.
        return _arguments.Contains("--sentinel")
            ? new ProcessStartInfo("redis-server", [_arguments[0], .. place, .. _arguments[1..]])
            : new ProcessStartInfo("redis-server", [.. place, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", .. _arguments]);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        if (_arguments.Contains("--sentinel"))
        {
            File.Delete(_arguments[0]);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Host, Port, cancellationToken).ConfigureAwait(false);
        await client.GetStream().WriteAsync("PING\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        var bytes = new byte[64];
        var count = await client.GetStream().ReadAsync(bytes, cancellationToken).ConfigureAwait(false);

        // One that wants a password is ready too; one that still loads is not.
        var answer = Encoding.ASCII.GetString(bytes, 0, count);
        return answer.StartsWith("+PONG", StringComparison.Ordinal) || answer.StartsWith("-NOAUTH", StringComparison.Ordinal);
    }
}
