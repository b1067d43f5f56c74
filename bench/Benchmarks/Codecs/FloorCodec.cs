using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks.Codecs;

/// <summary>
/// The same bytes written and read by hand, as fast as we know how: one upper bound for the whole message, stores at constant offsets, one bounds check for a run.
/// What generated code is measured against. Text goes through the base library's transcoder.
/// </summary>
internal abstract class FloorCodec : IShapeCodec<SmallCommand>, IShapeCodec<MediumEvent>, IShapeCodec<LargeBatch>
{
    public static void Write(PooledBuffer output, SmallCommand value)
    {
        ref var at = ref Room(output, 53 + MaxSize(value.Name));
        at = 5;
        Put(ref at, 1, value.Id);
        Put(ref at, 17, value.Kind);
        Put(ref at, 21, value.Amount);
        Put(ref at, 37, value.At);
        output.Advance(Put(ref at, 53, value.Name));
    }

    public static void Write(PooledBuffer output, MediumEvent value)
    {
        var owner = value.Owner;
        var tags = CollectionsMarshal.AsSpan(value.Tags);
        ref var at = ref Room(output, 86 + MaxSize(value.Name) + MaxSize(value.Queue) + 5 + MaxSize(owner.Name) + MaxSize(owner.Mail) + 4 + (tags.Length * 4));
        at = 12;
        Put(ref at, 1, value.Id);
        Put(ref at, 17, value.Seq);
        Put(ref at, 25, value.Priority);
        Put(ref at, 29, value.Urgent);
        Put(ref at, 30, value.Score);
        Put(ref at, 38, value.Cost);
        Put(ref at, 54, value.CreatedAt);
        Put(ref at, 70, value.DueAt.HasValue ? 1L : 0L);
        Put(ref at, 78, value.DueAt.GetValueOrDefault());
        var length = Put(ref at, 86, value.Name);
        length = Put(ref at, length, value.Queue);
        Unsafe.Add(ref at, length) = 3;
        Put(ref at, length + 1, owner.Id);
        length = Put(ref at, length + 5, owner.Name);
        length = Put(ref at, length, owner.Mail);
        Put(ref at, length, tags.Length);
        MemoryMarshal.AsBytes(tags).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, length + 4), tags.Length * 4));
        output.Advance(length + 4 + (tags.Length * 4));
    }

    public static void Write(PooledBuffer output, LargeBatch value)
    {
        var bound = 5;
        foreach (var record in value.Records)
        {
            bound += 45 + MaxSize(record.Code) + (record.Note is null ? 4 : MaxSize(record.Note));
        }

        ref var at = ref Room(output, bound);
        at = 1;
        Put(ref at, 1, value.Records.Length);
        var length = 5;
        foreach (var record in value.Records)
        {
            Unsafe.Add(ref at, length) = 6;
            Put(ref at, length + 1, record.N);
            length = Put(ref at, length + 5, record.Code);
            Put(ref at, length, record.Value);
            Put(ref at, length + 8, record.At);
            Put(ref at, length + 24, record.Id);
            length = Put(ref at, length + 40, record.Note);
        }

        output.Advance(length);
    }

    static SmallCommand IShapeCodec<SmallCommand>.Read(ReadOnlySpan<byte> input)
    {
        Check(input.Length >= 53 && input[0] == 5);
        ref var at = ref MemoryMarshal.GetReference(input);
        var next = 53;
        var name = GetText(input, ref next)!;
        return new SmallCommand(Get<Guid>(ref at, 1), Get<int>(ref at, 17), GetDecimal(ref at, 21), GetInstant(ref at, 37), name);
    }

    static MediumEvent IShapeCodec<MediumEvent>.Read(ReadOnlySpan<byte> input)
    {
        Check(input.Length >= 86 && input[0] == 12);
        ref var at = ref MemoryMarshal.GetReference(input);
        var next = 86;
        var name = GetText(input, ref next)!;
        var queue = GetText(input, ref next)!;
        Check(input.Length - next >= 5 && input[next] == 3);
        var ownerId = Get<int>(ref at, next + 1);
        next += 5;
        var owner = new OwnerInfo(ownerId, GetText(input, ref next)!, GetText(input, ref next)!);
        Check(input.Length - next >= 4);
        var count = Get<int>(ref at, next);
        next += 4;
        Check((uint)count <= (uint)(input.Length - next) / 4);
        var tags = new List<int>(count);
        CollectionsMarshal.SetCount(tags, count);
        MemoryMarshal.Cast<byte, int>(input.Slice(next, count * 4)).CopyTo(CollectionsMarshal.AsSpan(tags));
        var due = Get<long>(ref at, 78);
        Check((due & 0x3FFF_FFFF_FFFF_FFFF) <= DateTime.MaxValue.Ticks);
        return new MediumEvent(
            Get<Guid>(ref at, 1),
            Get<long>(ref at, 17),
            Get<int>(ref at, 25),
            Get<byte>(ref at, 29) != 0,
            Get<double>(ref at, 30),
            GetDecimal(ref at, 38),
            GetInstant(ref at, 54),
            Get<byte>(ref at, 70) != 0 ? Get<DateTime>(ref at, 78) : null,
            name,
            queue,
            owner,
            tags);
    }

    static LargeBatch IShapeCodec<LargeBatch>.Read(ReadOnlySpan<byte> input)
    {
        Check(input.Length >= 5 && input[0] == 1);
        ref var at = ref MemoryMarshal.GetReference(input);
        var count = Get<int>(ref at, 1);
        Check((uint)count <= (uint)(input.Length - 5) / 49);
        var records = new Record[count];
        var next = 5;
        for (var i = 0; i < records.Length; i++)
        {
            Check(input.Length - next >= 5 && input[next] == 6);
            var n = Get<int>(ref at, next + 1);
            next += 5;
            var code = GetText(input, ref next)!;
            Check(input.Length - next >= 40);
            var run = next;
            next += 40;
            var note = GetText(input, ref next);
            records[i] = new Record(n, code, Get<double>(ref at, run), GetInstant(ref at, run + 8), Get<Guid>(ref at, run + 24), note);
        }

        return new LargeBatch(records);
    }

    private static int MaxSize(string text) => 8 + (text.Length * 3);

    private static ref byte Room(PooledBuffer output, int size) => ref MemoryMarshal.GetReference(output.GetSpan(size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(ref byte at, int offset, T value)
        where T : unmanaged
        => Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, offset), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref byte at, int offset, DateTimeOffset value)
    {
        Put(ref at, offset, (long)(uint)value.TotalOffsetMinutes);
        Put(ref at, offset + 8, value.UtcTicks);
    }

    private static int Put(ref byte at, int offset, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Put(ref at, offset, value is null ? -1 : 0);
            return offset + 4;
        }

        var room = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, offset + 8), value.Length * 3);
        Check(Utf8.FromUtf16(value, room, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done);
        Put(ref at, offset, ~written);
        Put(ref at, offset + 4, value.Length);
        return offset + 8 + written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Get<T>(ref byte at, int offset)
        where T : unmanaged
        => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref at, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static decimal GetDecimal(ref byte at, int offset)
    {
        var flags = Get<int>(ref at, offset);
        Check((flags & 0x7F00FFFF) == 0 && (uint)(flags & 0x00FF0000) <= 28u << 16);
        return Get<decimal>(ref at, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DateTimeOffset GetInstant(ref byte at, int offset)
    {
        int minutes = Get<short>(ref at, offset);
        var utc = Get<long>(ref at, offset + 8);
        var local = utc + (minutes * TimeSpan.TicksPerMinute);
        Check((uint)(minutes + 840) <= 1680 && (ulong)utc <= (ulong)DateTime.MaxValue.Ticks && (ulong)local <= (ulong)DateTime.MaxValue.Ticks);
        return new DateTimeOffset(local, new TimeSpan(minutes * TimeSpan.TicksPerMinute));
    }

    private static string? GetText(ReadOnlySpan<byte> input, ref int next)
    {
        Check(input.Length - next >= 4);
        var head = Get<int>(ref MemoryMarshal.GetReference(input), next);
        next += 4;
        if (head >= -1)
        {
            Check(head <= 0);
            return head == 0 ? string.Empty : null;
        }

        var length = ~head;
        Check(length > 0 && length <= input.Length - next - 4);
        var characters = Get<int>(ref MemoryMarshal.GetReference(input), next);
        var bytes = input.Slice(next + 4, length);
        next += 4 + length;
        return characters <= 0 || characters > length
            ? Encoding.UTF8.GetString(bytes)
            : string.Create(characters, bytes, static (text, source) =>
                Check(Utf8.ToUtf16(source, text, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done && written == text.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(bool fine)
    {
        if (!fine)
        {
            throw new InvalidDataException();
        }
    }
}
