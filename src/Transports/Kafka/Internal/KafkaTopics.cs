using System.Globalization;
using HighPerf.Transports.Kafka.Native;

namespace HighPerf.Transports.Kafka;

/// <summary>
/// Topics and groups as a whole: what is asked of the cluster and done to it beside publishing and consuming. Everything waits for its answer: for threads of the pool that may, not for the
/// message path.
/// </summary>
internal sealed unsafe class KafkaTopics(KafkaTransport transport)
{
    private const int ErrorSize = 512;
    private const int PollMilliseconds = 100;

    private bool _isDeletingRefused;

    private int Timeout => (int)transport.Options.RequestTimeout.TotalMilliseconds;

    /// <summary>The number of brokers; null when none answers in time.</summary>
    public int? CountBrokers(TimeSpan timeout)
    {
        using var borrowed = transport.Publishing.Borrow();
        var client = borrowed.Handle;
        if (Librdkafka.rd_kafka_metadata(client, 0, 0, out var metadata, (int)timeout.TotalMilliseconds) != KafkaError.None)
        {
            return null;
        }

        var count = metadata->BrokerCount;
        Librdkafka.rd_kafka_metadata_destroy(metadata);
        return count;
    }

    /// <summary>Makes sure that a topic is there, and creates it where that is allowed; returns its number of partitions.</summary>
    /// <exception cref="HighPerfException">It is not there and is not created, or has fewer replicas than asked for.</exception>
    /// <exception cref="TopicUnreachableException">Nobody answers.</exception>
    public int Declare(string topic, int partitions)
    {
        using var borrowed = transport.Publishing.Borrow();
        var client = borrowed.Handle;
        var since = transport.Clock.GetTimestamp();
        var isCreated = false;
        while (true)
        {
            var (error, count, replicas) = Look(client, topic);
            if (error == KafkaError.None && count > 0)
            {
                if (transport.Durability == DurabilityLevel.Replicated && replicas < 3)
                {
                    throw new HighPerfException($"Topic '{topic}' has {replicas} replicas: level Replicated needs 3. Give it more (kafka-reassign-partitions), or ask for DurabilityLevel.Process.");
                }

                return count;
            }

            if (error is KafkaError.UnknownPartition or KafkaError.UnknownTopic or KafkaError.None && transport.ManagesTopics && !isCreated)
            {
                Create(client, topic, partitions);
                isCreated = true;
            }

            if (KafkaError.IsRefusal(error) && error is not (KafkaError.UnknownPartition or KafkaError.UnknownTopic))
            {
                throw new HighPerfException($"Topic '{topic}': {Librdkafka.Describe(error)}.");
            }

            if (transport.Clock.GetElapsedTime(since) > transport.Options.PublishTimeout)
            {
                throw error is KafkaError.UnknownPartition or KafkaError.UnknownTopic
                    ? new HighPerfException($"Topic '{topic}' is not there, and the brokers do not create it (auto.create.topics.enable): create it, or set ManageTopics.")
                    : new TopicUnreachableException($"Kafka at {transport.Description} does not tell of topic '{topic}': {Librdkafka.Describe(error)}.");
            }

            // What the brokers create is with their leader in a moment; there is nothing to be told by.
            Thread.Sleep(20);
        }
    }

    /// <summary>Ends of partitions: the offset of the next message.</summary>
    /// <exception cref="HighPerfException">Nobody answers.</exception>
    public Dictionary<(string Topic, int Partition), long> GetEnds(IEnumerable<string> topics)
    {
        using var borrowed = transport.Publishing.Borrow();
        var client = borrowed.Handle;
        var ends = new Dictionary<(string, int), long>();
        foreach (var topic in topics)
        {
            var (error, count, _) = Look(client, topic);
            if (error is KafkaError.UnknownPartition or KafkaError.UnknownTopic)
            {
                continue;
            }

            Check(error, $"the partitions of topic '{topic}'");
            for (var partition = 0; partition < count; partition++)
            {
                Check(Librdkafka.rd_kafka_query_watermark_offsets(client, topic, partition, out _, out var end, Timeout), $"the end of {topic}/{partition}");
                ends[(topic, partition)] = end;
            }
        }

        return ends;
    }

    /// <summary>The beginning of a partition.</summary>
    public long GetBegin(string topic, int partition)
    {
        using var borrowed = transport.Publishing.Borrow();
        var client = borrowed.Handle;
        Check(Librdkafka.rd_kafka_query_watermark_offsets(client, topic, partition, out var begin, out _, Timeout), $"the beginning of {topic}/{partition}");
        return begin;
    }

    /// <summary>What a group has committed of partitions; those that it has not are not there.</summary>
    public Dictionary<(string Topic, int Partition), DoneOffsets> GetCommitted(string group, IEnumerable<(string Topic, int Partition)> partitions)
    {
        using var borrowed = transport.Publishing.Borrow();
        var client = borrowed.Handle;
        var list = ListOf(partitions);
        var request = Librdkafka.rd_kafka_ListConsumerGroupOffsets_new(group, list);
        Librdkafka.rd_kafka_topic_partition_list_destroy(list);
        var committed = new Dictionary<(string, int), DoneOffsets>();
        try
        {
            Ask(
                client,
                (options, queue) => Librdkafka.rd_kafka_ListConsumerGroupOffsets(client, [request], 1, options, queue),
                result =>
                {
                    var groups = Librdkafka.rd_kafka_ListConsumerGroupOffsets_result_groups(result, out var count);
                    for (nuint i = 0; i < count; i++)
                    {
                        CheckObject(Librdkafka.rd_kafka_group_result_error(groups[i]), $"the offsets of group '{group}'");
                        foreach (ref readonly var element in Librdkafka.rd_kafka_group_result_partitions(groups[i])->Span)
                        {
                            if (element.Error == KafkaError.None && element.Offset >= 0)
                            {
                                var metadata = Librdkafka.Text(element.Metadata, element.MetadataSize);
                                committed[(Librdkafka.Text(element.Topic), element.Partition)] = DoneOffsets.Read(element.Offset, metadata, out _);
                            }
                        }
                    }
                },
                $"the offsets of group '{group}'");
        }
        finally
        {
            Librdkafka.rd_kafka_ListConsumerGroupOffsets_destroy(request);
        }

        return committed;
    }

    /// <summary>Sets what a group without members has committed.</summary>
    public void Commit(string group, IReadOnlyDictionary<(string Topic, int Partition), long> offsets)
    {
        using var borrowed = transport.Publishing.Borrow();
        var client = borrowed.Handle;
        var list = ListOf(offsets.Keys);
        for (var i = 0; i < list->Count; i++)
        {
            ref var element = ref list->Elements[i];
            element.Offset = offsets[(Librdkafka.Text(element.Topic), element.Partition)];
        }

        var request = Librdkafka.rd_kafka_AlterConsumerGroupOffsets_new(group, list);
        Librdkafka.rd_kafka_topic_partition_list_destroy(list);
        try
        {
            Ask(
                client,
                (options, queue) => Librdkafka.rd_kafka_AlterConsumerGroupOffsets(client, [request], 1, options, queue),
                result =>
                {
                    var groups = Librdkafka.rd_kafka_AlterConsumerGroupOffsets_result_groups(result, out var count);
                    for (nuint i = 0; i < count; i++)
                    {
                        CheckObject(Librdkafka.rd_kafka_group_result_error(groups[i]), $"the offsets of group '{group}'");
                        foreach (ref readonly var element in Librdkafka.rd_kafka_group_result_partitions(groups[i])->Span)
                        {
                            Check(element.Error, $"the offset of group '{group}'");
                        }
                    }
                },
                $"the offsets of group '{group}'");
        }
        finally
        {
            Librdkafka.rd_kafka_AlterConsumerGroupOffsets_destroy(request);
        }
    }

    /// <summary>Deletes a topic that nobody comes back to; only said when that is refused.</summary>
    public void TryDelete(string topic)
    {
        var request = Librdkafka.rd_kafka_DeleteTopic_new(topic);
        TryDelete($"Deleting topic '{topic}'", (client, options, queue) => Librdkafka.rd_kafka_DeleteTopics(client, [request], 1, options, queue));
        Librdkafka.rd_kafka_DeleteTopic_destroy(request);
    }

    /// <summary>Deletes what lies before offsets; only said when that is refused.</summary>
    public void TryDeleteRecords(IReadOnlyDictionary<(string Topic, int Partition), long> before)
    {
        var list = ListOf(before.Keys);
        for (var i = 0; i < list->Count; i++)
        {
            ref var element = ref list->Elements[i];
            element.Offset = before[(Librdkafka.Text(element.Topic), element.Partition)];
        }

        var request = Librdkafka.rd_kafka_DeleteRecords_new(list);
        Librdkafka.rd_kafka_topic_partition_list_destroy(list);
        TryDelete("Deleting records that are done", (client, options, queue) => Librdkafka.rd_kafka_DeleteRecords(client, [request], 1, options, queue));
        Librdkafka.rd_kafka_DeleteRecords_destroy(request);
    }

    private void TryDelete(string what, Action<nint, nint, nint> send)
    {
        if (Volatile.Read(ref _isDeletingRefused))
        {
            return;
        }

        try
        {
            using var borrowed = transport.Publishing.Borrow();
            var client = borrowed.Handle;
            Ask(client, (options, queue) => send(client, options, queue), static _ => { }, what);
        }
        catch (HighPerfException exception)
        {
            Volatile.Write(ref _isDeletingRefused, true);
            KafkaLog.NotManaged(transport.Logger, what, exception.Message);
        }
    }

    private (int Error, int Partitions, int Replicas) Look(nint client, string topic)
    {
        var handle = Librdkafka.rd_kafka_topic_new(client, topic, 0);
        var error = Librdkafka.rd_kafka_metadata(client, 0, handle, out var metadata, Timeout);
        Librdkafka.rd_kafka_topic_destroy(handle);
        if (error != KafkaError.None)
        {
            return (error, 0, 0);
        }

        var (partitions, replicas) = (0, int.MaxValue);
        error = KafkaError.UnknownPartition;
        for (var i = 0; i < metadata->TopicCount; i++)
        {
            ref var found = ref metadata->Topics[i];
            if (Librdkafka.Text(found.Topic) == topic)
            {
                (error, partitions) = (found.Error, found.PartitionCount);
                for (var p = 0; p < partitions; p++)
                {
                    replicas = Math.Min(replicas, found.Partitions[p].ReplicaCount);

                    // Without a leader it cannot be written to yet.
                    partitions = found.Partitions[p].Leader < 0 ? 0 : partitions;
                }
            }
        }

        Librdkafka.rd_kafka_metadata_destroy(metadata);
        return (error, partitions, replicas);
    }

    private void Create(nint client, string topic, int partitions)
    {
        var error = stackalloc byte[ErrorSize];
        var request = Librdkafka.rd_kafka_NewTopic_new(topic, partitions, transport.Options.Replicas ?? -1, error, ErrorSize);
        if (request == 0)
        {
            throw new HighPerfException($"Topic '{topic}': {Librdkafka.Text(error)}");
        }

        // What is done is deleted by us; what is not may wait for any time.
        _ = Librdkafka.rd_kafka_NewTopic_set_config(request, "retention.ms", "-1");
        _ = Librdkafka.rd_kafka_NewTopic_set_config(request, "max.message.bytes", (transport.Options.MaxMessageBytes + KafkaTransport.Overhead).ToString(CultureInfo.InvariantCulture));
        try
        {
            Ask(
                client,
                (options, queue) => Librdkafka.rd_kafka_CreateTopics(client, [request], 1, options, queue),
                result =>
                {
                    var topics = Librdkafka.rd_kafka_CreateTopics_result_topics(result, out var count);
                    for (nuint i = 0; i < count; i++)
                    {
                        // Another process was first.
                        if (Librdkafka.rd_kafka_topic_result_error(topics[i]) is not (KafkaError.None or KafkaError.TopicExists))
                        {
                            throw new HighPerfException($"Topic '{topic}' cannot be created: {Librdkafka.Text(Librdkafka.rd_kafka_topic_result_error_string(topics[i]))}");
                        }
                    }
                },
                $"topic '{topic}' to be created");
            KafkaLog.TopicCreated(transport.Logger, topic, partitions);
        }
        finally
        {
            Librdkafka.rd_kafka_NewTopic_destroy(request);
        }
    }

    private void Ask(nint client, Action<nint, nint> send, Action<nint> read, string what)
    {
        var error = stackalloc byte[ErrorSize];
        var options = Librdkafka.rd_kafka_AdminOptions_new(client, 0);
        _ = Librdkafka.rd_kafka_AdminOptions_set_request_timeout(options, Timeout, error, ErrorSize);
        var queue = Librdkafka.rd_kafka_queue_new(client);
        try
        {
            send(options, queue);
            var since = transport.Clock.GetTimestamp();
            nint answer;
            while ((answer = Librdkafka.rd_kafka_queue_poll(queue, PollMilliseconds)) == 0)
            {
                if (transport.Clock.GetElapsedTime(since) > transport.Options.RequestTimeout * 2)
                {
                    Check(KafkaError.TimedOut, what);
                }
            }

            try
            {
                if (Librdkafka.rd_kafka_event_error(answer) is not KafkaError.None and var code)
                {
                    throw new HighPerfException($"Kafka at {transport.Description} was asked for {what}: {Librdkafka.Text(Librdkafka.rd_kafka_event_error_string(answer))} (code {code})");
                }

                read(answer);
            }
            finally
            {
                Librdkafka.rd_kafka_event_destroy(answer);
            }
        }
        finally
        {
            Librdkafka.rd_kafka_queue_destroy(queue);
            Librdkafka.rd_kafka_AdminOptions_destroy(options);
        }
    }

    private void Check(int error, string what)
    {
        if (error != KafkaError.None)
        {
            throw new HighPerfException($"Kafka at {transport.Description} was asked for {what}: {Librdkafka.Describe(error)}");
        }
    }

    /// <summary>An error object that belongs to a result.</summary>
    private void CheckObject(nint error, string what)
    {
        if (error != 0)
        {
            Check(Librdkafka.rd_kafka_error_code(error), what);
        }
    }

    private static NativePartitionList* ListOf(IEnumerable<(string Topic, int Partition)> partitions)
    {
        var list = Librdkafka.rd_kafka_topic_partition_list_new(8);
        foreach (var (topic, partition) in partitions)
        {
            Librdkafka.rd_kafka_topic_partition_list_add(list, topic, partition);
        }

        return list;
    }
}
