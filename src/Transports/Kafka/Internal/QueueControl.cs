namespace HighPerf.Transports.Kafka;

/// <summary>What is asked about a queue and done to it as a whole.</summary>
internal sealed class QueueControl(KafkaTransport transport)
{
    /// <summary>
    /// Ends of the partitions, less what is done: of own partitions as it is, of others' as it was last committed. What others have in flight counts as ready: it is known only there.
    /// </summary>
    public QueueLength GetLength(KafkaQueue queue)
    {
        var names = queue.Names;
        var ends = transport.Topics.GetEnds(names.Topics);
        var intake = queue.Intake;
        var (taken, held) = intake?.Count() ?? (0, 0);
        var undone = new Dictionary<(string Topic, int Partition), long>();
        foreach (var (partition, end) in ends)
        {
            if (intake?.Undone(partition.Topic, partition.Partition, end) is { } own)
            {
                undone[partition] = own;
            }
        }

        var others = ends.Keys.Where(partition => !undone.ContainsKey(partition)).ToArray();
        if (others.Length > 0)
        {
            var committed = transport.Topics.GetCommitted(names.Group, others);
            foreach (var partition in others)
            {
                undone[partition] = committed.TryGetValue(partition, out var done)
                    ? Math.Max(0, ends[partition] - done.Watermark - done.Above)
                    : ends[partition] - (ends[partition] == 0 ? 0 : transport.Topics.GetBegin(partition.Topic, partition.Partition));
            }
        }

        var (ready, delayed) = (0L, 0L);
        foreach (var ((topic, _), count) in undone)
        {
            if (topic == names.Delay)
            {
                delayed += count;
            }
            else
            {
                ready += count;
            }
        }

        return new QueueLength(Math.Max(0, ready - taken - held), delayed + held, taken, new DeadLetterTopic(transport, queue).Count());
    }

    /// <summary>Ends of the partitions that are purged.</summary>
    public Dictionary<(string Topic, int Partition), long> GetEnds(KafkaQueue queue) => transport.Topics.GetEnds(queue.Names.Topics);
}
