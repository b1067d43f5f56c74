using HighPerf.Transports.Nats.JetStream;

namespace HighPerf.Transports.Nats;

/// <summary>
/// Empties a queue and leaves what is out. The server's purge removes the oldest, which are out: it is used for lanes that have nothing out, in others messages behind the last
/// delivered one are removed one by one.
/// </summary>
internal static class Purge
{
    public static async ValueTask<long> RunAsync(NatsTransport transport, NatsQueue queue, bool includeDelayed, CancellationToken cancellationToken)
    {
        await queue.DeclareAsync().ConfigureAwait(false);
        await transport.Epochs.AdvanceAsync(queue).ConfigureAwait(false);
        long purged = 0;
        foreach (var receiver in transport.ReceiversOf(queue))
        {
            purged += await receiver.PurgeUnaskedAsync().ConfigureAwait(false);
        }

        for (var lane = 0; lane < queue.Names.Lanes.Count; lane++)
        {
            // What this process gave back is out for the server.
            foreach (var settle in queue.Released.TakeAll(lane, includeDelayed))
            {
                await transport.Client.CallAsync(System.Text.Encoding.ASCII.GetString(settle), "+TERM"u8.ToArray()).ConfigureAwait(false);
                purged++;
            }
        }

        var snapshot = await QueueSnapshot.TakeAsync(queue, transport.Api).ConfigureAwait(false);
        for (var lane = 0; lane < queue.Names.Lanes.Count; lane++)
        {
            if (snapshot.Messages(lane) > 0)
            {
                purged += snapshot.Consumer(lane) is { NumAckPending: > 0 }
                    ? await RemoveAsync(transport.Api, queue, lane, snapshot.FirstReady(lane), snapshot.LastSequence, cancellationToken).ConfigureAwait(false)
                    : await transport.Api.PurgeAsync(queue.Names.Stream, queue.Names.Root + queue.Names.Lanes[lane]).ConfigureAwait(false);
            }
        }

        if (includeDelayed)
        {
            transport.ClearMover(queue);
            purged += await transport.Api.PurgeAsync(queue.Names.Stream, queue.Names.DelayRoot + "*").ConfigureAwait(false);
        }

        queue.OnRoom();
        return purged;
    }

    /// <summary>Removes a lane's messages from a sequence to another one, both included, one by one.</summary>
    public static async ValueTask<long> RemoveAsync(JetStreamApi api, NatsQueue queue, int lane, long from, long to, CancellationToken cancellationToken)
    {
        long removed = 0;
        var subject = queue.Names.Root + queue.Names.Lanes[lane];
        while (from <= to)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await api.FindNextAsync(queue.Names.Stream, subject, from).ConfigureAwait(false) is not { } message || message.Seq > to)
            {
                break;
            }

            removed += await api.DeleteMessageAsync(queue.Names.Stream, message.Seq).ConfigureAwait(false) ? 1 : 0;
            from = message.Seq + 1;
        }

        return removed;
    }
}
