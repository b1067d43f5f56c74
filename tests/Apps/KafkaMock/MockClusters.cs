using System.Runtime.InteropServices;

namespace HighPerf.Apps;

/// <summary>librdkafka's mock cluster (<c>rdkafka_mock.h</c>): brokers in memory that clients of any kind reach over TCP.</summary>
internal static partial class MockClusters
{
    private const string Library = "librdkafka";
    private const int Producer = 0;
    private const int ErrorSize = 512;

    private static readonly Dictionary<int, nint> s_clusters = [];

    // As in the transport: the official package's file for Linux wants a library of SASL that Debian does not have; the one beside it does not.
    static MockClusters() => NativeLibrary.SetDllImportResolver(
        typeof(MockClusters).Assembly,
        static (name, assembly, path) => NativeLibrary.TryLoad(name, assembly, path, out var handle) || NativeLibrary.TryLoad("centos8-" + name, assembly, path, out handle) ? handle : 0);

    /// <summary>Starts a cluster; returns its number and its brokers' addresses.</summary>
    public static unsafe (int Number, string Servers) Create(int brokers)
    {
        var conf = rd_kafka_conf_new();
        var error = stackalloc byte[ErrorSize];
        _ = rd_kafka_conf_set(conf, "log_level", "0", error, ErrorSize);
        var client = rd_kafka_new(Producer, conf, error, ErrorSize);
        if (client == 0)
        {
            throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)error));
        }

        var cluster = rd_kafka_mock_cluster_new(client, brokers);
        var number = s_clusters.Count + 1;
        s_clusters.Add(number, cluster);

        // Members join at once: otherwise each test waits three seconds for others.
        rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
        return (number, Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(cluster))!);
    }

    public static int CreateTopic(int cluster, string topic, int partitions, int replicas) => rd_kafka_mock_topic_create(s_clusters[cluster], topic, partitions, replicas);

    /// <summary>What the brokers tell clients of themselves: the address of a proxy in front of them.</summary>
    public static void Advertise(int cluster, int broker, int port) => rd_kafka_mock_broker_set_host_port(s_clusters[cluster], broker, "127.0.0.1", port);

    /// <param name="broker">-1 for all.</param>
    public static int SetDown(int cluster, int broker) => rd_kafka_mock_broker_set_down(s_clusters[cluster], broker);

    public static int SetUp(int cluster, int broker) => rd_kafka_mock_broker_set_up(s_clusters[cluster], broker);

    /// <summary>The next requests of a kind are answered with an error.</summary>
    public static void Fail(int cluster, short api, int count, int error)
        => rd_kafka_mock_push_request_errors_array(s_clusters[cluster], api, (nuint)count, [.. Enumerable.Repeat(error, count)]);

    public static int DeleteRecords(int cluster, string topic, int partition, long before) => rd_kafka_mock_partition_delete_records(s_clusters[cluster], topic, partition, before);

    public static void End(int cluster)
    {
        if (s_clusters.Remove(cluster, out var handle))
        {
            var client = rd_kafka_mock_cluster_handle(handle);
            rd_kafka_mock_cluster_destroy(handle);
            rd_kafka_destroy(client);
            s_clusters[cluster] = 0;
        }
    }

    [LibraryImport(Library)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int rd_kafka_conf_set(nint conf, string name, string value, byte* error, nuint size);

    [LibraryImport(Library)]
    private static unsafe partial nint rd_kafka_new(int type, nint conf, byte* error, nuint size);

    [LibraryImport(Library)]
    private static partial void rd_kafka_destroy(nint client);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [LibraryImport(Library)]
    private static partial void rd_kafka_mock_cluster_destroy(nint cluster);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_mock_cluster_handle(nint cluster);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [LibraryImport(Library)]
    private static partial void rd_kafka_mock_group_initial_rebalance_delay_ms(nint cluster, int milliseconds);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void rd_kafka_mock_broker_set_host_port(nint cluster, int broker, string host, int port);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_push_request_errors_array(nint cluster, short api, nuint count, ReadOnlySpan<int> errors);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_partition_delete_records(nint cluster, string topic, int partition, long before);
}
