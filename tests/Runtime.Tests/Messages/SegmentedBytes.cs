using System.Buffers;

namespace HighPerf.Tests.Messages;

/// <summary>Sequences cut into segments of a given size.</summary>
internal sealed class SegmentedBytes : ReadOnlySequenceSegment<byte>
{
    private SegmentedBytes(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    public static ReadOnlySequence<byte> Cut(byte[] bytes, int size)
    {
        if (bytes.Length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        SegmentedBytes? first = null;
        SegmentedBytes? last = null;
        for (var offset = 0; offset < bytes.Length; offset += size)
        {
            var segment = new SegmentedBytes(bytes.AsMemory(offset, Math.Min(size, bytes.Length - offset)), offset);
            first ??= segment;
            if (last is not null)
            {
                last.Next = segment;
            }

            last = segment;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }
}
