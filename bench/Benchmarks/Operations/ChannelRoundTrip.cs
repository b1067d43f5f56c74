using System.Threading.Channels;

namespace HighPerf.Benchmarks;

/// <summary>What a reply costs with channels alone: a request channel and a reply channel, one request under way.</summary>
public sealed class ChannelRoundTrip() : Operation("channel-round-trip", 5_000)
{
    private readonly Channel<long> _requests = Channel.CreateBounded<long>(ChannelHop.Capacity);
    private readonly Channel<long> _replies = Channel.CreateBounded<long>(ChannelHop.Capacity);
    private Task _server = Task.CompletedTask;

    /// <inheritdoc/>
    public override ValueTask StartAsync()
    {
        _server = Task.Run(ServeAsync);
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _requests.Writer.WriteAsync(i).ConfigureAwait(false);
            await _replies.Reader.ReadAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _server.ConfigureAwait(false);
    }

    private async Task ServeAsync()
    {
        await foreach (var request in _requests.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await _replies.Writer.WriteAsync(request + 1).ConfigureAwait(false);
        }
    }
}
