using System.Runtime.InteropServices;

namespace HighPerf.Transports.Kafka.Native;

/// <summary><c>rd_kafka_message_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    public int Error;
    public nint Topic;
    public int Partition;
    public byte* Payload;
    public nuint Length;
    public byte* Key;
    public nuint KeyLength;
    public long Offset;

    /// <summary>What was given to the produce call, in its delivery report.</summary>
    public nint Opaque;
}

/// <summary><c>rd_kafka_topic_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativePartition
{
    public byte* Topic;
    public int Partition;
    public long Offset;
    public byte* Metadata;
    public nuint MetadataSize;
    public nint Opaque;
    public int Error;
    public nint Private;
}

/// <summary><c>rd_kafka_topic_partition_list_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativePartitionList
{
    public int Count;
    public int Size;
    public NativePartition* Elements;

    public readonly ReadOnlySpan<NativePartition> Span => new(Elements, Count);
}

/// <summary><c>rd_kafka_metadata_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMetadata
{
    public int BrokerCount;
    public nint Brokers;
    public int TopicCount;
    public NativeTopicMetadata* Topics;
    public int OriginId;
    public byte* OriginName;
}

/// <summary><c>rd_kafka_metadata_topic_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTopicMetadata
{
    public byte* Topic;
    public int PartitionCount;
    public NativePartitionMetadata* Partitions;
    public int Error;
}

/// <summary><c>rd_kafka_metadata_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePartitionMetadata
{
    public int Id;
    public int Error;
    public int Leader;
    public int ReplicaCount;
    public nint Replicas;
    public int InSyncCount;
    public nint InSync;
}

/// <summary><c>rd_kafka_vu_t</c>: one argument of <c>rd_kafka_produceva</c>, a type and a union of 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal unsafe struct NativeArgument
{
    [FieldOffset(0)]
    public int Type;

    [FieldOffset(8)]
    public nint Pointer;

    [FieldOffset(8)]
    public int Number;

    [FieldOffset(16)]
    public nuint Length;

    /// <summary>Of a header: the value, whose name is <see cref="Pointer"/>.</summary>
    [FieldOffset(16)]
    public byte* HeaderValue;

    /// <summary>Of a header.</summary>
    [FieldOffset(24)]
    public nint HeaderLength;

    private const int Topic = 2;
    private const int PartitionNumber = 3;
    private const int Value = 4;
    private const int KeyBytes = 5;
    private const int OpaquePointer = 6;
    private const int Flags = 7;
    private const int HeaderBytes = 9;

    public static NativeArgument OfTopic(nint topic) => new() { Type = Topic, Pointer = topic };

    public static NativeArgument OfPartition(int partition) => new() { Type = PartitionNumber, Number = partition };

    public static NativeArgument OfValue(byte* bytes, int length) => new() { Type = Value, Pointer = (nint)bytes, Length = (nuint)length };

    public static NativeArgument OfKey(byte* bytes, int length) => new() { Type = KeyBytes, Pointer = (nint)bytes, Length = (nuint)length };

    public static NativeArgument OfOpaque(nint opaque) => new() { Type = OpaquePointer, Pointer = opaque };

    public static NativeArgument OfFlags(int flags) => new() { Type = Flags, Number = flags };

    public static NativeArgument OfHeader(byte* name, byte* value, int length) => new() { Type = HeaderBytes, Pointer = (nint)name, HeaderValue = value, HeaderLength = length };
}
