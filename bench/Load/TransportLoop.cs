using HighPerf.Connections;
using HighPerf.Transports;

namespace HighPerf.Load;

/// <summary>Publishing and draining through a transport, with so many out at a time.</summary>
internal sealed class TransportLoop : ReceiveSignal, IAsyncDisposable
{
    private readonly WakeSignal _ready = new();
    private readonly Queue<ValueTask<bool>> _settling = new();
    private readonly Queue<ValueTask<PublishOutcome>> _publishing = new();
    private readonly string _queue = "load-" + Guid.NewGuid().ToString("N");
    private readonly Transport _transport;
    private readonly Delivery[] _burst;
    private readonly int _concurrency;
    private Receiver _receiver = null!;

    private TransportLoop(Transport transport, int concurrency)
    {
        _transport = transport;
        _concurrency = concurrency;
        _burst = new Delivery[concurrency];
    }

    public static async Task<TransportLoop> OpenAsync(Transport transport, int concurrency)
    {
        var loop = new TransportLoop(transport, concurrency);
        await transport.StartAsync(default);
        loop._receiver = await transport.OpenReceiverAsync(loop._queue, new ReceiverOptions { Prefetch = 2 * concurrency }, loop, default);
        return loop;
    }

    public override void OnReady() => _ready.Set();

    public async Task PublishAsync(int count, int payload, int window)
    {
        var destination = _transport.GetDestination(_queue);
        for (var i = 0; i < count; i++)
        {
            if (_publishing.Count == window)
            {
                Check(await _publishing.Dequeue());
            }

            var buffer = _transport.Rent();
            buffer.GetSpan(payload)[..payload].Fill((byte)'x');
            buffer.Advance(payload);
            _publishing.Enqueue(_transport.PublishAsync(destination, new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), Priority = MessagePriority.Normal }, default));
        }

        while (_publishing.TryDequeue(out var last))
        {
            Check(await last);
        }
    }

    public async Task DrainAsync(int count)
    {
        for (var drained = 0; drained < count;)
        {
            var taken = _receiver.TryReceive(_burst.AsSpan(0, Math.Min(_burst.Length, count - drained)));
            for (var i = 0; i < taken; i++)
            {
                _settling.Enqueue(_receiver.AcknowledgeAsync(_burst[i].Token));
            }

            drained += taken;
            while (_settling.Count > _concurrency || (drained == count && _settling.Count > 0))
            {
                if (!await _settling.Dequeue())
                {
                    throw new InvalidOperationException("A lease was lost: the machine is too slow for this load.");
                }
            }

            if (taken == 0)
            {
                await _ready.WaitAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _transport.DisposeAsync();
    }

    private static void Check(PublishOutcome outcome)
    {
        if (!outcome.IsAccepted)
        {
            throw new InvalidOperationException($"{outcome.Status}: {outcome.Reason}");
        }
    }
}
