using HighPerf.Transports;

namespace HighPerf.Benchmarks;

/// <summary>Publishers and as many consumers of an embedded transport: publish and wait, receive, acknowledge and wait.</summary>
public sealed class EmbeddedHop(string name, int publishers, DurabilityLevel level, int batch) : Operation(name, batch)
{
    private readonly string _path = Path.Combine(JournalAppend.Root, Path.GetRandomFileName());
    private readonly Signal _signal = new();
    private EmbeddedTransport _transport = null!;
    private Receiver _receiver = null!;
    private Destination _destination = null!;
    private int _left;

    /// <inheritdoc/>
    public override async ValueTask StartAsync()
    {
        _transport = new EmbeddedTransport("embedded", new EmbeddedTransportOptions { Path = _path, Durability = level });
        await _transport.StartAsync(default).ConfigureAwait(false);
        _destination = _transport.GetDestination("q");
        _receiver = await _transport.OpenReceiverAsync("q", new ReceiverOptions { Prefetch = 256 }, _signal, default).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        _left = count;
        var consuming = Task.Run(() => ConsumeAsync(count));
        var running = new Task[publishers];
        for (var i = 0; i < publishers; i++)
        {
            running[i] = Task.Run(PublishAsync);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        await consuming.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        var statistics = _transport.Statistics!.Value;
        Console.WriteLine($"{Name}: {statistics.Records} records, {statistics.Flushes} flushes");
        await _transport.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_path, recursive: true);
    }

    private async Task PublishAsync()
    {
        while (Interlocked.Decrement(ref _left) >= 0)
        {
            var buffer = _transport.Rent();
            buffer.GetSpan(512)[..512].Clear();
            buffer.Advance(512);
            var outcome = await _transport.PublishAsync(_destination, new OutgoingMessage { Bytes = buffer, Id = default }, default).ConfigureAwait(false);
            if (!outcome.IsAccepted)
            {
                throw new InvalidOperationException(outcome.Reason);
            }
        }
    }

    private async Task ConsumeAsync(int count)
    {
        var burst = new Delivery[64];
        var settling = new ValueTask<bool>[256];
        var (first, next) = (0, 0);
        while (count > 0)
        {
            var received = _receiver.TryReceive(burst.AsSpan(0, Math.Min(burst.Length, settling.Length - (next - first))));
            for (var i = 0; i < received; i++)
            {
                settling[next++ % settling.Length] = _receiver.AcknowledgeAsync(burst[i].Token);
            }

            count -= received;
            if (next - first >= settling.Length - burst.Length)
            {
                await settling[first++ % settling.Length].ConfigureAwait(false);
            }
            else if (received == 0)
            {
                await _signal.Ready.WaitAsync().ConfigureAwait(false);
            }
        }

        while (first < next)
        {
            await settling[first++ % settling.Length].ConfigureAwait(false);
        }
    }

    private sealed class Signal : ReceiveSignal
    {
        public SemaphoreSlim Ready { get; } = new(0);

        public override void OnReady() => Ready.Release();
    }
}
