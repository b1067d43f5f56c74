using System.Threading.Channels;
using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks;

/// <summary>
/// THE BASELINE: a bounded <see cref="Channel{T}"/> of the task's arguments, one producer and one consumer, the fastest way to use it (TryWrite and TryRead, waiting
/// only when full or empty), or plainly (WriteAsync, ReadAllAsync). It carries a struct and does nothing else: no id, no bytes, no settlement, no second attempt.
/// </summary>
public sealed class ChannelHop(string name = "channel", bool plain = false) : Operation(name, 200_000)
{
    /// <summary>Messages that the channel and the queues of the other operations hold.</summary>
    public const int Capacity = 4096;

    private readonly Channel<Count.Arguments> _channel = Channel.CreateBounded<Count.Arguments>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
    private Task _consumer = Task.CompletedTask;

    /// <inheritdoc/>
    public override ValueTask StartAsync()
    {
        _consumer = Task.Run(ConsumeAsync);
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        Completion.Expect(count);
        var writer = _channel.Writer;
        for (var i = 0; i < count; i++)
        {
            var arguments = Count.Call(i, default, 1.5, 7).Arguments;
            if (plain)
            {
                await writer.WriteAsync(arguments).ConfigureAwait(false);
                continue;
            }

            while (!writer.TryWrite(arguments))
            {
                await writer.WaitToWriteAsync().ConfigureAwait(false);
            }
        }

        await Completion.AllDone.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _consumer.ConfigureAwait(false);
    }

    private async Task ConsumeAsync()
    {
        var reader = _channel.Reader;
        if (plain)
        {
            await foreach (var _ in reader.ReadAllAsync().ConfigureAwait(false))
            {
                Completion.CountOne();
            }

            return;
        }

        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (reader.TryRead(out _))
            {
                Completion.CountOne();
            }
        }
    }
}
