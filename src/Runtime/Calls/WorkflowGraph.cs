using HighPerf.Messages;

namespace HighPerf.Calls;

/// <summary>A workflow as it is stored: once, under its id. Messages carry the id and the index of their node, so that they stay small however large the graph is.</summary>
internal sealed class WorkflowGraph
{
    private const int MaxNodes = 100_000;

    public required ReplyAddress Reply { get; init; }

    public required IReadOnlyList<WorkflowNode> Nodes { get; init; }

    public static string KeyOf(MessageId id) => $"workflow:{id}";

    public static string FanInKeyOf(MessageId id, int node) => $"workflow:{id}:{node}";

    public byte[] ToBytes(BufferPool pool)
    {
        var buffer = pool.Rent();
        try
        {
            var writer = new MessageWriter(buffer);
            writer.Write((byte)1);
            writer.Write(Reply.Instance);
            writer.Write(Reply.Token);
            writer.WriteCollectionHeader(Nodes.Count);
            foreach (var node in Nodes)
            {
                writer.WriteString(node.Task);
                writer.Write(node.ArgumentCount);
                writer.Write((byte)(node.TakesInput ? 1 : 0));
                writer.WriteUnmanagedSpan<byte>(node.OtherArguments);
                WriteOptions(ref writer, node.Options);
                writer.Write(node.Size);
                writer.Write(node.Next);
                writer.Write(node.Ordinal);
            }

            writer.Flush();
            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Return();
        }
    }

    public static WorkflowGraph FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessageReader(bytes);
        var version = reader.Read<byte>();
        if (version != 1)
        {
            throw new MessageFormatException($"Workflow graph version {version} is not known here.");
        }

        var reply = new ReplyAddress(reader.Read<long>(), reader.Read<long>());
        var count = reader.ReadCollectionHeader(minimumElementSize: 23);
        if (count is < 1 or > MaxNodes)
        {
            throw new MessageFormatException($"A workflow graph has {count} nodes; 1 to {MaxNodes} are allowed.");
        }

        var nodes = new WorkflowNode[count];
        for (var i = 0; i < count; i++)
        {
            nodes[i] = new WorkflowNode
            {
                Task = reader.ReadString() ?? string.Empty,
                ArgumentCount = reader.Read<byte>(),
                TakesInput = reader.Read<byte>() != 0,
                OtherArguments = reader.ReadUnmanagedArray<byte>() ?? [],
                Options = ReadOptions(ref reader),
                Size = reader.Read<int>(),
                Next = reader.Read<int>(),
                Ordinal = reader.Read<int>(),
            };
        }

        return new WorkflowGraph { Reply = reply, Nodes = nodes };
    }

    private static void WriteOptions(ref MessageWriter writer, CallOptions? options)
    {
        if (options is null)
        {
            writer.Write((byte)0);
            return;
        }

        writer.Write((byte)1);
        writer.WriteString(options.Queue);
        writer.Write(options.Delay?.Ticks ?? -1);
        writer.Write(options.NotBefore?.UtcTicks ?? -1);
        writer.Write(options.ExpiresAfter?.Ticks ?? -1);
        writer.Write((sbyte)(options.Priority is { } priority ? (int)priority : -1));
        writer.WriteString(options.OrderingKey);
        writer.WriteString(options.Tenant);
        (options.CorrelationId ?? default).WriteUnchecked(ref writer.Reserve(16));
        writer.WriteCollectionHeader(options.Headers?.Count ?? -1);
        foreach (var (name, value) in options.Headers ?? new Dictionary<string, string>())
        {
            writer.WriteString(name);
            writer.WriteString(value);
        }
    }

    private static CallOptions? ReadOptions(ref MessageReader reader)
    {
        if (reader.Read<byte>() == 0)
        {
            return null;
        }

        var options = new CallOptions
        {
            Queue = reader.ReadString(),
            Delay = reader.Read<long>() is var delay and >= 0 ? TimeSpan.FromTicks(delay) : null,
            NotBefore = reader.Read<long>() is var notBefore and >= 0 ? new DateTimeOffset(notBefore, TimeSpan.Zero) : null,
            ExpiresAfter = reader.Read<long>() is var lifetime and >= 0 ? TimeSpan.FromTicks(lifetime) : null,
            Priority = reader.Read<sbyte>() is var priority and >= 0 ? (MessagePriority)priority : null,
            OrderingKey = reader.ReadString(),
            Tenant = reader.ReadString(),
            CorrelationId = MessageId.ReadUnchecked(ref reader.Take(16)) is { IsNone: false } id ? id : null,
        };
        var headers = reader.ReadCollectionHeader(minimumElementSize: 8);
        if (headers < 0)
        {
            return options;
        }

        var read = new Dictionary<string, string>();
        for (var i = 0; i < headers; i++)
        {
            read.TryAdd(reader.ReadString() ?? string.Empty, reader.ReadString() ?? string.Empty);
        }

        return options with { Headers = read };
    }
}
