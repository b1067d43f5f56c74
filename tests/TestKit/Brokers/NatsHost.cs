using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HighPerf.TestKit.Brokers;

/// <summary>A nats-server with JetStream for tests; or the one that HIGHPERF_NATS (host:port, of an empty server) names.</summary>
public sealed class NatsHost : BrokerHost
{
    private readonly string[] _arguments;

    /// <summary>Creates a host that is not started.</summary>
    /// <param name="arguments">Further options of nats-server. With any, the server is always an own one.</param>
    public NatsHost(params string[] arguments)
        : base("nats")
    {
        _arguments = arguments;
        var foreign = Environment.GetEnvironmentVariable("HIGHPERF_NATS");
        if (!string.IsNullOrEmpty(foreign) && arguments.Length == 0)
        {
            IsForeign = true;
            Host = foreign[..foreign.LastIndexOf(':')];
            Port = int.Parse(foreign[(foreign.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Where it is.</summary>
    public string Host { get; } = "127.0.0.1";

    /// <summary><c>nats://host:port</c>.</summary>
    public string Address => $"nats://{Host}:{Port}";

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
        => new("nats-server", ["-js", "-sd", DataDirectory, "-a", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), .. _arguments]);

    /// <inheritdoc/>
    protected override async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Host, Port, cancellationToken).ConfigureAwait(false);
        var bytes = new byte[4096];
        var count = await client.GetStream().ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
        return Encoding.ASCII.GetString(bytes, 0, count).StartsWith("INFO ", StringComparison.Ordinal);
    }
}
