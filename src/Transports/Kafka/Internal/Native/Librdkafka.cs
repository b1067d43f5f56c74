using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace HighPerf.Transports.Kafka.Native;

/// <summary>
/// What is used of librdkafka 2 (its header <c>rdkafka.h</c> describes each). Events are taken from queues and not by callbacks, so that no managed code runs on its threads, but for one that
/// wakes. Everything is blittable or marshalled by generated code: nothing here needs reflection.
/// </summary>
internal static unsafe partial class Librdkafka
{
    public const int Producer = 0;
    public const int Consumer = 1;

    /// <summary>Any partition: by the key, else at random.</summary>
    public const int AnyPartition = -1;
    public const int CopyPayload = 0x2;

    public const int EventDelivery = 0x1;
    public const int EventLog = 0x4;
    public const int EventError = 0x8;
    public const int EventRebalance = 0x10;
    public const int EventCommit = 0x20;

    private const int WithoutConsumerClose = 0x8;

    private const string Library = "librdkafka";

    /// <summary>
    /// The package's file for this system; its builds for Linux without SASL, for glibc (the first one wants libsasl2.so.3, which Debian and Ubuntu do not have) and for musl; the system's (Debian: librdkafka1).
    /// </summary>
    private static readonly string[] s_files = [Library, "centos8-librdkafka", "alpine-librdkafka", "librdkafka.so.1"];

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    /// <summary>Text of the library's.</summary>
    public static string Text(byte* text) => Utf8StringMarshaller.ConvertToManaged(text) ?? "";

    /// <summary>Text of somebody's, with its length; nothing for none.</summary>
    public static string Text(byte* text, nuint length) => text is null ? "" : System.Text.Encoding.UTF8.GetString(text, checked((int)length));

    public static string Describe(int error) => Text(rd_kafka_err2str(error));

    /// <summary>Takes an error object apart and frees it; null when there is none.</summary>
    public static (int Code, string Text)? Take(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        var taken = (rd_kafka_error_code(error), Text(rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
        return taken;
    }

    /// <summary>Ends a client. A consumer has left its group before, or could not: nobody waits for that here. Its log goes nowhere from now on, and not to standard error.</summary>
    public static void Destroy(nint client)
    {
        rd_kafka_set_log_level(client, 0);
        rd_kafka_destroy_flags(client, WithoutConsumerClose);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        foreach (var file in s_files)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    [LibraryImport(Library)]
    public static partial byte* rd_kafka_version_str();

    [LibraryImport(Library)]
    public static partial byte* rd_kafka_err2str(int error);

    [LibraryImport(Library)]
    public static partial int rd_kafka_last_error();

    [LibraryImport(Library)]
    public static partial nint rd_kafka_conf_new();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_conf_set(nint conf, string name, string value, byte* error, nuint size);

    [LibraryImport(Library)]
    public static partial void rd_kafka_conf_set_events(nint conf, int events);

    [LibraryImport(Library)]
    public static partial void rd_kafka_conf_destroy(nint conf);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_new(int type, nint conf, byte* error, nuint size);

    [LibraryImport(Library)]
    public static partial void rd_kafka_destroy_flags(nint client, int flags);

    [LibraryImport(Library)]
    public static partial void rd_kafka_set_log_level(nint client, int level);

    [LibraryImport(Library)]
    public static partial int rd_kafka_set_log_queue(nint client, nint queue);

    [LibraryImport(Library)]
    public static partial int rd_kafka_outq_len(nint client);

    [LibraryImport(Library)]
    public static partial int rd_kafka_purge(nint client, int flags);

    [LibraryImport(Library)]
    public static partial int rd_kafka_fatal_error(nint client, byte* error, nuint size);

    [LibraryImport(Library)]
    public static partial int rd_kafka_error_code(nint error);

    [LibraryImport(Library)]
    public static partial byte* rd_kafka_error_string(nint error);

    [LibraryImport(Library)]
    public static partial void rd_kafka_error_destroy(nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_topic_new(nint client, string topic, nint conf);

    [LibraryImport(Library)]
    public static partial void rd_kafka_topic_destroy(nint topic);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_produceva(nint client, NativeArgument* arguments, nuint count);

    [LibraryImport(Library)]
    public static partial int rd_kafka_message_headers(NativeMessage* message, out nint headers);

    [LibraryImport(Library)]
    public static partial int rd_kafka_header_get_last(nint headers, byte* name, out byte* value, out nuint size);

    [LibraryImport(Library)]
    public static partial long rd_kafka_message_timestamp(NativeMessage* message, out int type);

    [LibraryImport(Library)]
    public static partial int rd_kafka_message_status(NativeMessage* message);

    [LibraryImport(Library)]
    public static partial void rd_kafka_message_destroy(NativeMessage* message);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_queue_new(nint client);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_queue_get_main(nint client);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_queue_get_consumer(nint client);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_queue_get_partition(nint client, string topic, int partition);

    [LibraryImport(Library)]
    public static partial void rd_kafka_queue_forward(nint from, nint to);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_queue_poll(nint queue, int milliseconds);

    [LibraryImport(Library)]
    public static partial void rd_kafka_queue_yield(nint queue);

    [LibraryImport(Library)]
    public static partial void rd_kafka_queue_cb_event_enable(nint queue, delegate* unmanaged[Cdecl]<nint, nint, void> callback, nint opaque);

    [LibraryImport(Library)]
    public static partial void rd_kafka_queue_destroy(nint queue);

    [LibraryImport(Library)]
    public static partial int rd_kafka_event_type(nint @event);

    [LibraryImport(Library)]
    public static partial void rd_kafka_event_destroy(nint @event);

    [LibraryImport(Library)]
    public static partial nuint rd_kafka_event_message_array(nint @event, NativeMessage** messages, nuint size);

    [LibraryImport(Library)]
    public static partial int rd_kafka_event_error(nint @event);

    [LibraryImport(Library)]
    public static partial byte* rd_kafka_event_error_string(nint @event);

    [LibraryImport(Library)]
    public static partial int rd_kafka_event_log(nint @event, out byte* facility, out byte* text, out int level);

    [LibraryImport(Library)]
    public static partial NativePartitionList* rd_kafka_event_topic_partition_list(nint @event);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_consume_batch_queue(nint queue, int milliseconds, NativeMessage** messages, nuint size);

    [LibraryImport(Library)]
    public static partial int rd_kafka_poll_set_consumer(nint client);

    [LibraryImport(Library)]
    public static partial int rd_kafka_subscribe(nint client, NativePartitionList* topics);

    [LibraryImport(Library)]
    public static partial int rd_kafka_committed(nint client, NativePartitionList* partitions, int milliseconds);

    [LibraryImport(Library)]
    public static partial int rd_kafka_commit_queue(nint client, NativePartitionList* offsets, nint queue, nint callback, nint opaque);

    [LibraryImport(Library)]
    public static partial int rd_kafka_assign(nint client, NativePartitionList* partitions);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_incremental_assign(nint client, NativePartitionList* partitions);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_incremental_unassign(nint client, NativePartitionList* partitions);

    [LibraryImport(Library)]
    public static partial int rd_kafka_assignment_lost(nint client);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_consumer_close_queue(nint client, nint queue);

    [LibraryImport(Library)]
    public static partial int rd_kafka_consumer_closed(nint client);

    [LibraryImport(Library)]
    public static partial int rd_kafka_consume_start_queue(nint topic, int partition, long offset, nint queue);

    [LibraryImport(Library)]
    public static partial int rd_kafka_consume_stop(nint topic, int partition);

    [LibraryImport(Library)]
    public static partial NativePartitionList* rd_kafka_topic_partition_list_new(int size);

    [LibraryImport(Library)]
    public static partial NativePartitionList* rd_kafka_topic_partition_list_copy(NativePartitionList* list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativePartition* rd_kafka_topic_partition_list_add(NativePartitionList* list, string topic, int partition);

    [LibraryImport(Library)]
    public static partial void rd_kafka_topic_partition_list_destroy(NativePartitionList* list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_query_watermark_offsets(nint client, string topic, int partition, out long low, out long high, int milliseconds);

    [LibraryImport(Library)]
    public static partial int rd_kafka_metadata(nint client, int all, nint onlyTopic, out NativeMetadata* metadata, int milliseconds);

    [LibraryImport(Library)]
    public static partial void rd_kafka_metadata_destroy(NativeMetadata* metadata);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_AdminOptions_new(nint client, int operation);

    [LibraryImport(Library)]
    public static partial int rd_kafka_AdminOptions_set_request_timeout(nint options, int milliseconds, byte* error, nuint size);

    [LibraryImport(Library)]
    public static partial void rd_kafka_AdminOptions_destroy(nint options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_NewTopic_new(string topic, int partitions, int replicas, byte* error, nuint size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_NewTopic_set_config(nint topic, string name, string value);

    [LibraryImport(Library)]
    public static partial void rd_kafka_NewTopic_destroy(nint topic);

    [LibraryImport(Library)]
    public static partial void rd_kafka_CreateTopics(nint client, ReadOnlySpan<nint> topics, nuint count, nint options, nint queue);

    [LibraryImport(Library)]
    public static partial nint* rd_kafka_CreateTopics_result_topics(nint result, out nuint count);

    [LibraryImport(Library)]
    public static partial int rd_kafka_topic_result_error(nint result);

    [LibraryImport(Library)]
    public static partial byte* rd_kafka_topic_result_error_string(nint result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_DeleteTopic_new(string topic);

    [LibraryImport(Library)]
    public static partial void rd_kafka_DeleteTopic_destroy(nint topic);

    [LibraryImport(Library)]
    public static partial void rd_kafka_DeleteTopics(nint client, ReadOnlySpan<nint> topics, nuint count, nint options, nint queue);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_DeleteRecords_new(NativePartitionList* before);

    [LibraryImport(Library)]
    public static partial void rd_kafka_DeleteRecords_destroy(nint records);

    [LibraryImport(Library)]
    public static partial void rd_kafka_DeleteRecords(nint client, ReadOnlySpan<nint> records, nuint count, nint options, nint queue);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_ListConsumerGroupOffsets_new(string group, NativePartitionList* partitions);

    [LibraryImport(Library)]
    public static partial void rd_kafka_ListConsumerGroupOffsets_destroy(nint request);

    [LibraryImport(Library)]
    public static partial void rd_kafka_ListConsumerGroupOffsets(nint client, ReadOnlySpan<nint> requests, nuint count, nint options, nint queue);

    [LibraryImport(Library)]
    public static partial nint* rd_kafka_ListConsumerGroupOffsets_result_groups(nint result, out nuint count);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rd_kafka_AlterConsumerGroupOffsets_new(string group, NativePartitionList* partitions);

    [LibraryImport(Library)]
    public static partial void rd_kafka_AlterConsumerGroupOffsets_destroy(nint request);

    [LibraryImport(Library)]
    public static partial void rd_kafka_AlterConsumerGroupOffsets(nint client, ReadOnlySpan<nint> requests, nuint count, nint options, nint queue);

    [LibraryImport(Library)]
    public static partial nint* rd_kafka_AlterConsumerGroupOffsets_result_groups(nint result, out nuint count);

    [LibraryImport(Library)]
    public static partial nint rd_kafka_group_result_error(nint group);

    [LibraryImport(Library)]
    public static partial NativePartitionList* rd_kafka_group_result_partitions(nint group);
}
