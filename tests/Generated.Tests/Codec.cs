using System.Buffers;

namespace HighPerf.Generated.Tests;

/// <summary>Writes and reads through the generated static abstracts.</summary>
internal static class Codec
{
    public static byte[] Write<T>(T? value)
        where T : IMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(output);
        T.Write(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static T? Read<T>(ReadOnlySequence<byte> bytes)
        where T : IMessage<T>
    {
        using var contiguous = new ContiguousBytes(bytes);
        var reader = new MessageReader(contiguous.Span);
        return T.Read(ref reader);
    }

    public static T? Read<T>(byte[] bytes)
        where T : IMessage<T>
        => Read<T>(new ReadOnlySequence<byte>(bytes));

    public static T? RoundTrip<T>(T? value)
        where T : IMessage<T>
        => Read<T>(Write(value));

    public static byte[] Encode<TArguments, TResult>(TaskCall<TArguments, TResult> call)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(output);
        TArguments.Write(ref writer, call.Arguments);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static MessageDescriptor Descriptor<T>()
        where T : IDeclaration
        => T.Descriptor;

    public static TaskDescriptor Task<TArguments, TResult>(TaskCall<TArguments, TResult> call)
        where TArguments : struct, ITaskArguments<TArguments>
        => TArguments.Task;

    /// <summary>The bytes in segments of the given size.</summary>
    public static ReadOnlySequence<byte> Segments(byte[] bytes, int size)
    {
        if (bytes.Length <= size)
        {
            return new ReadOnlySequence<byte>(bytes);
        }

        var first = new Segment(bytes.AsMemory(0, size), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
        {
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
