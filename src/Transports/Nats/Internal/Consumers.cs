using HighPerf.Transports.Nats.JetStream;

namespace HighPerf.Transports.Nats;

/// <summary>The queue's consumers, one per lane and one for what is due soon: declared if absent, compared, never changed (contract D20). What is there is freed of ghosts.</summary>
internal static class Consumers
{
    private static readonly TimeSpan s_delayLease = TimeSpan.FromSeconds(10);

    public static async ValueTask DeclareAsync(NatsTransport transport, NatsQueue queue, TimeSpan lease)
    {
        var snapshot = await QueueSnapshot.TakeAsync(queue, transport.Api).ConfigureAwait(false);
        var tasks = new List<Task>();
        for (var lane = 0; lane < queue.Names.Lanes.Count; lane++)
        {
            var wanted = Configure(queue, lane, lease, transport.Options.MaxAckPending);
            if (snapshot.Consumer(lane) is { } consumer)
            {
                Compare(transport, queue, consumer, wanted);
                tasks.Add(RemoveGhostsAsync(transport, queue, snapshot, lane));
            }
            else
            {
                tasks.Add(transport.Api.CreateConsumerAsync(queue.Names.Stream, wanted).AsTask());
            }
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    /// <summary>For delayed messages: the mover gives each back until shortly before its instant.</summary>
    public static ConsumerConfig ConfigureDelay(string name, string subject, TimeSpan? inactiveTime) => new()
    {
        DurableName = name,
        FilterSubject = subject,
        AckWait = Nanoseconds(s_delayLease),
        MaxAckPending = -1,
        InactiveThreshold = inactiveTime is { } time ? Nanoseconds(time) : null,
    };

    private static ConsumerConfig Configure(NatsQueue queue, int lane, TimeSpan lease, int maxAckPending) => new()
    {
        DurableName = queue.Names.Lanes[lane],
        FilterSubject = queue.Names.Root + queue.Names.Lanes[lane],
        AckWait = Nanoseconds(lease),
        MaxAckPending = lane < QueueNames.Classes ? maxAckPending : 1,
    };

    private static void Compare(NatsTransport transport, NatsQueue queue, ConsumerInfo consumer, ConsumerConfig wanted)
    {
        if (consumer.Config is not { } has)
        {
            return;
        }

        if (has.AckPolicy != wanted.AckPolicy || has.MaxDeliver != wanted.MaxDeliver || has.FilterSubject != wanted.FilterSubject || has.AckWait < wanted.AckWait
            || (has.MaxAckPending != wanted.MaxAckPending && wanted.MaxAckPending == 1))
        {
            throw new JetStreamException(
                $"Consumer {wanted.DurableName} of {queue.Names.Stream} is there and different: ack_policy {has.AckPolicy}, max_deliver {has.MaxDeliver}, filter_subject {has.FilterSubject}, ack_wait {has.AckWait} ns, "
                + $"max_ack_pending {has.MaxAckPending}; wanted are {wanted.AckPolicy}, {wanted.MaxDeliver}, {wanted.FilterSubject}, at least {wanted.AckWait} ns, {wanted.MaxAckPending}. It is not changed from here: edit it, or delete it when its messages are settled.");
        }

        if (has.AckWait > wanted.AckWait)
        {
            NatsLog.LongerLease(transport.Logger, queue.ToString(), wanted.DurableName, TimeSpan.FromTicks(has.AckWait / 100), TimeSpan.FromTicks(wanted.AckWait / 100));
        }
    }

    /// <summary>
    /// A server that was killed can have messages again that were settled seconds before. Below the consumer's floor of acknowledgements all are: they are never delivered, and
    /// count towards the stream's bound until they are removed. One by one: a purge up to the floor, which is above what is out, makes the consumer forget what is out
    /// (nats-server 2.9.10: 20 outstanding before it, 0 after, and none of them delivered again).
    /// </summary>
    private static async Task RemoveGhostsAsync(NatsTransport transport, NatsQueue queue, QueueSnapshot snapshot, int lane)
    {
        var consumer = snapshot.Consumer(lane)!;
        var floor = consumer.AckFloor?.StreamSeq ?? 0;
        if (floor > 0 && snapshot.Messages(lane) > consumer.NumPending + consumer.NumAckPending)
        {
            var removed = await Purge.RemoveAsync(transport.Api, queue, lane, from: 1, floor, CancellationToken.None).ConfigureAwait(false);
            if (removed > 0)
            {
                NatsLog.GhostsRemoved(transport.Logger, queue.ToString(), removed);
            }
        }
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
