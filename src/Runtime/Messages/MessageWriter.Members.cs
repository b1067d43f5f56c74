using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>Writing version-tolerant and circular objects, whose members are preceded by their lengths.</summary>
public ref partial struct MessageWriter
{
    private const byte Wide = 250;

    private readonly long Written => _state!.Flushed + _position;

    /// <summary>
    /// Starts a version-tolerant object: its member count and a byte for each length. What follows stays in one piece until <see cref="EndMembers"/>, so that lengths
    /// are filled in where they belong and no member is written twice.
    /// </summary>
    public MemberFrame BeginMembers(byte memberCount)
    {
        ref var at = ref Reserve(1 + memberCount);
        at = memberCount;
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, 1), memberCount).Clear();
        _state ??= WriterState.Rent();
        if (_state.Frames++ == 0)
        {
            _state.FramesStart = Written - 1 - memberCount;
        }

        return new MemberFrame { LengthAt = Written - memberCount, MemberAt = Written };
    }

    /// <summary>Writes the id of a circular object, which stands between the lengths and the members.</summary>
    public void WriteReferenceId(ref MemberFrame frame, uint id)
    {
        WriteVarint(id);
        frame.MemberAt = Written;
    }

    /// <summary>Fills in the length of the member that was just written.</summary>
    public void EndMember(ref MemberFrame frame)
    {
        var length = (int)(Written - frame.MemberAt);
        if (length < 128)
        {
            At(frame.LengthAt) = (byte)length;
        }
        else
        {
            InsertLength(ref frame, length);
        }

        frame.LengthAt++;
        frame.MemberAt = Written;
    }

    /// <summary>Fills in the lengths of the members that were just written as one run; each is below 128.</summary>
    public void EndRun(ref MemberFrame frame, ReadOnlySpan<byte> lengths)
    {
        lengths.CopyTo(MemoryMarshal.CreateSpan(ref At(frame.LengthAt), lengths.Length));
        frame.LengthAt += lengths.Length;
        frame.MemberAt = Written;
    }

    /// <summary>Leaves out members: their lengths are zero.</summary>
    public static void SkipMembers(ref MemberFrame frame, int count) => frame.LengthAt += count;

    /// <summary>Ends the object.</summary>
    public readonly void EndMembers() => _state!.Frames--;

    /// <summary>Writes the tag of a union's case.</summary>
    public void WriteUnionTag(ushort tag)
    {
        if (tag < Wide)
        {
            Reserve(1) = (byte)tag;
            return;
        }

        ref var at = ref Reserve(3);
        at = Wide;
        Store(ref at, 1, tag);
    }

    /// <summary>For a circular object: true, and a reference is written, where it was written before; else false and its new id.</summary>
    public bool TryWriteReference(object value, out uint id)
    {
        _state ??= WriterState.Rent();
        if (!_state.TryAdd(value, out id))
        {
            Reserve(1) = Wide;
            WriteVarint(id);
            return true;
        }

        return false;
    }

    private void WriteVarint(uint value)
    {
        switch (value)
        {
            case < 128:
                Reserve(1) = (byte)value;
                break;
            case <= ushort.MaxValue:
                ref var two = ref Reserve(3);
                two = 0x85;
                Store(ref two, 1, (ushort)value);
                break;
            default:
                ref var four = ref Reserve(5);
                four = 0x83;
                Store(ref four, 1, value);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void InsertLength(ref MemberFrame frame, int length)
    {
        var extra = length <= short.MaxValue ? 2 : 4;
        var end = Written;
        Reserve(extra);
        ref var at = ref At(frame.LengthAt);
        var behind = (int)(end - frame.LengthAt - 1);
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, 1), behind).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, 1 + extra), behind));
        if (extra == 2)
        {
            at = 0x84;
            Store(ref at, 1, (short)length);
        }
        else
        {
            at = 0x82;
            Store(ref at, 1, length);
        }

        frame.LengthAt += extra;
    }

    /// <summary>Bytes of open frames move along to the next span of the output. They take a detour: asking for a span may already have given the old one to somebody else.</summary>
    private void RefillKeepingFrames(int count)
    {
        var before = (int)(_state!.FramesStart - _state.Flushed);
        var kept = _position - before;
        var detour = ArrayPool<byte>.Shared.Rent(kept);
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _start, before), kept).CopyTo(detour);
        _output.Advance(before);
        _state.Flushed += before;
        var span = _output.GetSpan(checked(Math.Max(kept * 2, kept + count)));
        detour.AsSpan(0, kept).CopyTo(span);
        ArrayPool<byte>.Shared.Return(detour);
        _start = ref MemoryMarshal.GetReference(span);
        _capacity = span.Length;
        _position = kept;
    }

    private readonly ref byte At(long offset) => ref Unsafe.Add(ref _start, (int)(offset - _state!.Flushed));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReturnState()
    {
        _state!.Return();
        _state = null;
    }
}
