using System.Threading.Channels;
using HighPerf.Benchmarks.Tasks;
using HighPerf.Execution;
using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Benchmarks;

/// <summary>
/// The design that was not taken: a pump of the receiver calls a handler for each delivery, which hands it over, bounded, to the slots. Everything else (transport,
/// executor, slots' work) is the same code as in the worker.
/// </summary>
public sealed class PushPump(string name, int slots) : Operation(name, 200_000)
{
    private readonly OneThread _rooms = new(slots);
    private readonly Channel<(Delivery Delivery, TaskRegistration? Registration)> _handOver =
        Channel.CreateBounded<(Delivery Delivery, TaskRegistration? Registration)>(new BoundedChannelOptions(64) { SingleWriter = true });
    private readonly Ready _ready = new();
    private readonly List<Task> _loops = [];
    private volatile bool _stopping;
    private Receiver _receiver = null!;

    /// <inheritdoc/>
    public override async ValueTask StartAsync()
    {
        _receiver = await _rooms.Transport.OpenReceiverAsync("default", new ReceiverOptions { Prefetch = 32 + 1 + 32 }, _ready, CancellationToken.None).ConfigureAwait(false);
        _loops.Add(Task.Run(PumpAsync));
        for (var i = 0; i < slots; i++)
        {
            var slot = _rooms.Worker.Slots[i];
            _loops.Add(Task.Run(() => ExecuteAsync(slot)));
        }
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        Completion.Expect(count);
        for (var i = 0; i < count; i++)
        {
            await _rooms.Publisher.SendAsync(Count.Call(i, default, 1.5, 7)).ConfigureAwait(false);
        }

        await Completion.AllDone.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _stopping = true;
        _ready.OnReady();
        _handOver.Writer.TryComplete();
        await Task.WhenAll(_loops).ConfigureAwait(false);
        await _receiver.DisposeAsync().ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        var burst = new Delivery[32];
        while (!_stopping)
        {
            var count = _receiver.TryReceive(burst);
            if (count == 0)
            {
                await _ready.WaitAsync().ConfigureAwait(false);
                continue;
            }

            for (var i = 0; i < count; i++)
            {
                var pushed = OnDeliveryAsync(burst[i]);
                if (!pushed.IsCompletedSuccessfully)
                {
                    await pushed.ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>The handler: what a pushing seam would call for each delivery.</summary>
    private ValueTask OnDeliveryAsync(in Delivery delivery)
    {
        EnvelopeCodec.TryPeek(delivery.Bytes.FirstSpan, out _, out var hash);
        var item = (delivery, _rooms.Dispatcher.Find(hash));
        return _handOver.Writer.TryWrite(item) ? default : _handOver.Writer.WriteAsync(item);
    }

    private async Task ExecuteAsync(Slot slot)
    {
        var reader = _handOver.Reader;
        slot.Item = new WorkItem();
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (reader.TryRead(out var item))
            {
                (slot.Item.Delivery, slot.Item.Registration) = item;
                await _rooms.Worker.Executor.ProcessAsync(slot).ConfigureAwait(false);
            }
        }
    }

    private sealed class Ready : ReceiveSignal
    {
        private readonly SemaphoreSlim _semaphore = new(0);

        public override void OnReady() => _semaphore.Release();

        public Task WaitAsync() => _semaphore.WaitAsync();
    }
}
