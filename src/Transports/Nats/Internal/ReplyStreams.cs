using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// The streams of reply queues. Whoever stops takes its own along; a process that is killed cannot, and a stream has no end of its own, so each process that opens a reply queue looks for
/// those that nobody asks for any more.
/// </summary>
internal static class ReplyStreams
{
    /// <summary>Removes a queue's streams; what goes wrong is somebody else's later look.</summary>
    public static async ValueTask RemoveAsync(NatsTransport transport, QueueNames names)
    {
        if (!transport.Client.Connection.IsConnected)
        {
            return;
        }

        try
        {
            await transport.Api.DeleteStreamAsync(names.Stream).ConfigureAwait(false);
            await transport.Api.DeleteStreamAsync(names.DeadStream).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is JetStreamException or NatsConnectionException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            NatsLog.ReplyStreamKept(transport.Logger, names.Stream, exception.Message);
        }
    }

    /// <summary>Removes the streams of reply queues that nobody asked for in <see cref="ReplyQueue.UnusedLifetime"/>, by the server's and this process's clocks.</summary>
    public static async ValueTask RemoveUnusedAsync(NatsTransport transport, NatsQueue own)
    {
        var start = transport.Options.Prefix + "-";
        foreach (var stream in await transport.Api.GetStreamNamesAsync().ConfigureAwait(false))
        {
            if (stream != own.Names.Stream && stream.StartsWith(start, StringComparison.Ordinal) && ReplyQueue.Is(stream[start.Length..]) && await IsUnusedAsync(transport, stream).ConfigureAwait(false))
            {
                await RemoveAsync(transport, new QueueNames(transport.Options.Prefix, stream[start.Length..], shards: 0)).ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask<bool> IsUnusedAsync(NatsTransport transport, string stream)
    {
        var info = await transport.Api.GetStreamAsync(stream, ">").ConfigureAwait(false);
        if (info.Error is not null || info.State is not { Messages: 0 } state)
        {
            return false;
        }

        var last = info.Created > state.LastTs ? info.Created : state.LastTs;
        return transport.Clock.GetUtcNow() - last > ReplyQueue.UnusedLifetime
            && (await transport.Api.GetConsumersAsync(stream).ConfigureAwait(false)).TrueForAll(static consumer => consumer.NumWaiting == 0);
    }
}
