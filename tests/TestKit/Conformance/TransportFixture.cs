using System.Net;
using HighPerf.Transports;

namespace HighPerf.TestKit.Conformance;

/// <summary>What a conformance suite needs of a transport under test. One per test; derived once per transport.</summary>
public abstract class TransportFixture : IAsyncDisposable
{
    private readonly List<Transport> _transports = [];

    /// <summary>Every buffer of the transports comes from here; the suites check at the end that all are back.</summary>
    public TrackingBufferPool Buffers { get; } = new();

    /// <summary>The clock that the transport's leases, delays and expiry follow.</summary>
    public abstract TimeProvider Clock { get; }

    /// <summary>A lease that is long against the transport's own delays: 30 s on a manual clock, seconds on a broker.</summary>
    public virtual TimeSpan Lease => TimeSpan.FromSeconds(30);

    /// <summary>What a process of its own needs to reach the broker: an address as the transport's constructor takes it.</summary>
    public virtual string Address => throw new NotSupportedException("This transport is in one process.");

    /// <summary>Where the server listens, for a proxy in front of it.</summary>
    public virtual EndPoint Server => throw new NotSupportedException("There is no network between.");

    /// <summary>False where what was sent arrives, or the connection ends: then a way that is closed keeps bytes and does not lose them.</summary>
    public virtual bool LosesBytes => true;

    /// <summary>Creates a transport that reaches the server through a proxy and is quick to notice silence; not started, and whoever asks disposes it.</summary>
    public virtual Transport CreateVia(EndPoint proxy) => throw new NotSupportedException("There is no network between.");

    /// <summary>False where the broker does not tell how old the oldest ready message is: the length then says nothing of it.</summary>
    public virtual bool TellsAge => true;

    /// <summary>A suite that this transport does not keep: by name, with the reason. Everything else must be derived.</summary>
    public virtual IReadOnlyDictionary<string, string> Waived { get; } = new Dictionary<string, string>();

    /// <summary>Creates a transport that is not started.</summary>
    protected abstract Transport Create(TransportLimits limits);

    /// <summary>Another process's transport to the same broker, not started; whoever asks disposes it.</summary>
    public virtual Transport CreatePeer() => Create(new TransportLimits());

    /// <summary>Another process's transport to the same broker, started; the fixture disposes it.</summary>
    public async Task<Transport> StartPeerAsync()
    {
        var transport = CreatePeer();
        _transports.Add(transport);
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    /// <summary>Lets time pass: moves a manual clock, or waits.</summary>
    public abstract Task PassAsync(TimeSpan time);

    /// <summary>Time after which a message that has not come is taken not to come; zero where delivery is synchronous.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Creates and starts a transport, which the fixture disposes.</summary>
    public async Task<Transport> StartAsync(TransportLimits? limits = null)
    {
        var transport = Create(limits ?? new TransportLimits());
        _transports.Add(transport);
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    /// <summary>A queue name that no other test uses.</summary>
    public virtual string NewQueue() => "conformance-" + Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (var transport in _transports)
        {
            await transport.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
