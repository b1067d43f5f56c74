using System.Net;
using System.Net.Sockets;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>A client of an embedded broker, over a socket, by the system's clock: for the suites in which connections misbehave, and for other processes. One broker a test.</summary>
public sealed class EmbeddedSocketFixture : TransportFixture
{
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
    private readonly Lazy<EmbeddedTransport> _broker;

    public EmbeddedSocketFixture() => _broker = new Lazy<EmbeddedTransport>(StartBroker);

    public override TimeProvider Clock => TimeProvider.System;

    public override TimeSpan Lease => TimeSpan.FromSeconds(3);

    public override string Address => "client:" + SocketFile;

    public override EndPoint Server => new UnixDomainSocketEndPoint(SocketFile);

    /// <summary>Between two processes of a machine there is nothing that could lose any.</summary>
    public override bool LosesBytes => false;

    private string SocketFile => Path.Combine(_broker.Value is not null ? _directory : "", "s");

    public override Task PassAsync(TimeSpan time) => Task.Delay(time + TimeSpan.FromMilliseconds(20));

    public override Task SettleAsync() => Task.Delay(TimeSpan.FromMilliseconds(60));

    public override Transport CreateVia(EndPoint proxy) => new EmbeddedClientTransport(
        "client",
        proxy.ToString()!,
        new EmbeddedClientOptions { PingInterval = TimeSpan.FromMilliseconds(500), SilenceTimeout = TimeSpan.FromSeconds(2) },
        Buffers.Pool);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_broker.IsValueCreated)
        {
            await _broker.Value.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    protected override Transport Create(TransportLimits limits) => new EmbeddedClientTransport("client", SocketFile, pool: Buffers.Pool);

    private EmbeddedTransport StartBroker()
    {
        var options = new EmbeddedTransportOptions { Path = Path.Combine(_directory, "queues"), Socket = Path.Combine(_directory, "s") };
        var broker = new EmbeddedTransport("broker", options, pool: new BufferPool());
        broker.StartAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return broker;
    }
}

public sealed class EmbeddedSocketReconnect : ReconnectConformance<EmbeddedSocketFixture>;

public sealed class EmbeddedSocketCorruption : CorruptionConformance<EmbeddedSocketFixture>;
