using System.Text;
using HighPerf.Transports.Kafka.Native;

namespace HighPerf.Transports.Kafka;

/// <summary>The dead letters of a queue: a topic, and what a group that nobody is a member of has committed of it as replayed.</summary>
internal sealed class DeadLetterTopic(KafkaTransport transport, KafkaQueue queue)
{
    private const int Batch = 64;
    private const int PollMilliseconds = 100;

    /// <summary>How many were not replayed.</summary>
    public long Count()
    {
        var ends = transport.Topics.GetEnds([queue.Names.Dead]);
        return ends.Count == 0 ? 0 : Begins(ends).Sum(begin => Math.Max(0, ends[begin.Key] - begin.Value));
    }

    public IReadOnlyList<DeadLetter> Browse(int max) => [.. Read(max).Select(static letter => letter.Letter)];

    /// <summary>Publishes copies of the oldest and then counts them as replayed: a process that dies in between has replayed them twice, with their ids.</summary>
    public async Task<int> ReplayAsync(int max)
    {
        await queue.DeclareAsync(CancellationToken.None).ConfigureAwait(false);
        var letters = await Task.Run(() => Read(max)).ConfigureAwait(false);
        var replayed = new Dictionary<(string, int), long>();
        var count = 0;
        foreach (var (letter, key, priority, partition, offset) in letters)
        {
            var outcome = await transport.Publishing.SendAsync(queue.Names.Of(priority), Librdkafka.AnyPartition, key, default, letter.Bytes, null, CancellationToken.None).ConfigureAwait(false);
            if (!outcome.IsAccepted)
            {
                break;
            }

            // Of a partition they are in the order of their offsets.
            replayed[(queue.Names.Dead, partition)] = offset + 1;
            count++;
        }

        if (count > 0)
        {
            await Task.Run(() => transport.Topics.Commit(queue.Names.DeadGroup, replayed)).ConfigureAwait(false);
        }

        return count;
    }

    private Dictionary<(string Topic, int Partition), long> Begins(Dictionary<(string Topic, int Partition), long> ends)
    {
        var committed = transport.Topics.GetCommitted(queue.Names.DeadGroup, ends.Keys);
        return ends.Keys.ToDictionary(static key => key, key => committed.TryGetValue(key, out var done) ? done.Watermark : transport.Topics.GetBegin(key.Topic, key.Partition));
    }

    /// <summary>The oldest of all partitions.</summary>
    private unsafe List<(DeadLetter Letter, string? Key, int Priority, int Partition, long Offset)> Read(int max)
    {
        var letters = new List<(DeadLetter Letter, string? Key, int Priority, int Partition, long Offset)>();
        var ends = transport.Topics.GetEnds([queue.Names.Dead]);
        var open = Begins(ends).Where(begin => begin.Value < ends[begin.Key]).ToDictionary(static begin => begin.Key.Partition, static begin => begin.Value);
        if (open.Count == 0)
        {
            return letters;
        }

        using var config = transport.CreateConfig("dead letters");
        config.Set("enable.auto.commit", "false");
        config.Set("fetch.wait.max.ms", transport.Options.FetchWait);
        config.Set("fetch.message.max.bytes", transport.Options.MaxMessageBytes + KafkaTransport.Overhead);
        transport.Override(config);
        var client = config.Build(Librdkafka.Consumer, 0);
        var topic = Librdkafka.rd_kafka_topic_new(client, queue.Names.Dead, 0);
        var reading = Librdkafka.rd_kafka_queue_new(client);
        try
        {
            foreach (var (partition, begin) in open)
            {
                _ = Librdkafka.rd_kafka_consume_start_queue(topic, partition, begin, reading);
            }

            var counts = new Dictionary<int, int>();
            var since = transport.Clock.GetTimestamp();
            var messages = stackalloc NativeMessage*[Batch];
            while (open.Count > 0)
            {
                var count = (int)Librdkafka.rd_kafka_consume_batch_queue(reading, PollMilliseconds, messages, Batch);
                for (var i = 0; i < count; i++)
                {
                    var message = messages[i];
                    if (message->Error == KafkaError.None && open.ContainsKey(message->Partition))
                    {
                        letters.Add(ReadLetter(message));
                        since = transport.Clock.GetTimestamp();
                        var ofPartition = counts[message->Partition] = counts.GetValueOrDefault(message->Partition) + 1;
                        if (message->Offset + 1 >= ends[(queue.Names.Dead, message->Partition)] || ofPartition >= max)
                        {
                            open.Remove(message->Partition);
                        }
                    }

                    Librdkafka.rd_kafka_message_destroy(message);
                }

                if (transport.Clock.GetElapsedTime(since) > transport.Options.RequestTimeout)
                {
                    throw new HighPerfException($"Kafka at {transport.Description} does not answer with the dead letters of {queue}.");
                }
            }
        }
        finally
        {
            foreach (var end in ends.Keys)
            {
                _ = Librdkafka.rd_kafka_consume_stop(topic, end.Partition);
            }

            Librdkafka.rd_kafka_queue_destroy(reading);
            Librdkafka.rd_kafka_topic_destroy(topic);
            Librdkafka.Destroy(client);
        }

        return [.. letters.OrderBy(static letter => letter.Letter.At).ThenBy(static letter => letter.Offset).Take(max)];
    }

    private static unsafe (DeadLetter Letter, string? Key, int Priority, int Partition, long Offset) ReadLetter(NativeMessage* message)
    {
        var headers = RecordHeaders.Read(message);
        var letter = new DeadLetter
        {
            Bytes = new ReadOnlySpan<byte>(message->Payload, checked((int)message->Length)).ToArray(),
            Reason = headers.Reason,
            Description = headers.Description ?? $"put here by somebody else: {message->Partition}/{message->Offset}",
            DeliveryCount = headers.Before,
            At = headers.At == 0 ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, Librdkafka.rd_kafka_message_timestamp(message, out _))) : new DateTimeOffset(headers.At, TimeSpan.Zero),
        };
        var key = message->Key is null ? null : Encoding.UTF8.GetString(message->Key, checked((int)message->KeyLength));
        return (letter, key, headers.ClassAndOne == 0 ? (int)MessagePriority.Normal : headers.ClassAndOne - 1, message->Partition, message->Offset);
    }
}
