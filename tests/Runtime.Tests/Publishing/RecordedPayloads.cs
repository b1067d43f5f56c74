using System.Collections.Concurrent;
using HighPerf.State;

namespace HighPerf.Tests.Publishing;

/// <summary>A payload store that a test looks into, and that fails on demand.</summary>
internal sealed class RecordedPayloads : PayloadStore
{
    private int _failingPuts;
    private int _failingGets;

    public ConcurrentDictionary<MessageId, byte[]> Payloads { get; } = [];

    public int Puts { get; private set; }

    public int FailingPuts { set => _failingPuts = value; }

    public int FailingGets { set => _failingGets = value; }

    public override string Description => "a test's memory";

    public override ValueTask StartAsync(CancellationToken cancellationToken) => default;

    public override async ValueTask PutAsync(MessageId id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Puts++;
        if (Interlocked.Decrement(ref _failingPuts) >= 0)
        {
            throw new IOException("the store is full");
        }

        Payloads[id] = payload.ToArray();
    }

    public override async ValueTask<bool> TryGetAsync(MessageId id, PooledBuffer destination, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (Interlocked.Decrement(ref _failingGets) >= 0)
        {
            throw new IOException("the store is away");
        }

        if (!Payloads.TryGetValue(id, out var payload))
        {
            return false;
        }

        destination.Write(payload);
        return true;
    }

    public override ValueTask RemoveAsync(MessageId id, CancellationToken cancellationToken)
    {
        Payloads.TryRemove(id, out _);
        return default;
    }
}
