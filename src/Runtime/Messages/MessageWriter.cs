using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>
/// Writes MemoryPack's format (docs: wire format) into an <see cref="IBufferWriter{T}"/> through a byte cursor. Generated code asks once for the room of a run of
/// fixed-size members (<see cref="Reserve"/>) and stores at constant offsets. Call <see cref="Flush"/> at the end.
/// </summary>
public ref partial struct MessageWriter
{
    /// <summary>
    /// Depth of nested objects at which writing and reading stop with an error; earlier where the thread's stack ends earlier. Only contracts that can contain
    /// themselves are counted.
    /// </summary>
    public const int MaxDepth = 10_000;

    /// <summary>Depth up to which the stack is not looked at.</summary>
    internal const int ShallowDepth = 16;

    private readonly IBufferWriter<byte> _output;
    private ref byte _start;
    private int _position;
    private int _capacity;
    private int _depth;
    private WriterState? _state;

    /// <summary>Starts writing.</summary>
    public MessageWriter(IBufferWriter<byte> output)
    {
        _output = output;
        var span = output.GetSpan(256);
        _start = ref MemoryMarshal.GetReference(span);
        _capacity = span.Length;
    }

    /// <summary>Room for <paramref name="count"/> bytes, which the caller fills completely.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte Reserve(int count)
    {
        if (_capacity - _position < count)
        {
            Refill(count);
        }

        ref var at = ref Unsafe.Add(ref _start, _position);
        _position += count;
        return ref at;
    }

    /// <summary>Room for up to <paramref name="bound"/> bytes; the caller says by <see cref="Take"/> how many it filled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte Room(int bound)
    {
        if (_capacity - _position < bound)
        {
            Refill(bound);
        }

        return ref Unsafe.Add(ref _start, _position);
    }

    /// <summary>What was filled of the <see cref="Room"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(int count) => _position += count;

    /// <summary>Stores an unmanaged value at an offset from a reserved run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(ref byte run, int offset, T value)
        where T : unmanaged
        => Unsafe.WriteUnaligned(ref Unsafe.Add(ref run, offset), value);

    /// <summary>Stores a <see cref="DateTimeOffset"/> in 16 bytes: sign-extended offset minutes, then UTC ticks; every runtime reads this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref byte run, int offset, DateTimeOffset value)
    {
        Store(ref run, offset, (long)(uint)value.TotalOffsetMinutes);
        Store(ref run, offset + 8, value.UtcTicks);
    }

    /// <summary>Writes one unmanaged value (raw memory; types with padding are written member by member by generated code).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<T>(T value)
        where T : unmanaged
        => Unsafe.WriteUnaligned(ref Reserve(Unsafe.SizeOf<T>()), value);

    /// <summary>Writes a <see cref="DateTimeOffset"/>.</summary>
    public void Write(DateTimeOffset value) => Store(ref Reserve(16), 0, value);

    /// <summary>Header of an object: its member count, 0 to 249.</summary>
    public void WriteObjectHeader(byte memberCount) => Reserve(1) = memberCount;

    /// <summary>A null object.</summary>
    public void WriteNullObject() => Reserve(1) = 255;

    /// <summary>Header of a collection: its count, or -1 for null.</summary>
    public void WriteCollectionHeader(int count) => Write(count);

    /// <summary>A string in UTF-8 form: null, empty, or complement of the byte count, UTF-16 length, bytes. Transcoded straight into the output.</summary>
    /// <exception cref="MessageFormatException">The string holds an unpaired surrogate.</exception>
    public void WriteString(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Write(value is null ? -1 : 0);
            return;
        }

        ref var at = ref Room(BoundOf(value));
        _position += StoreString(ref at, 0, value);
    }

    /// <summary>Bytes that a string takes at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BoundOf(string? value) => value is null ? 4 : checked(8 + (value.Length * 3));

    /// <summary>Stores a string at an offset from a run, behind which there is room for <see cref="BoundOf"/> bytes; returns the offset of its end.</summary>
    /// <exception cref="MessageFormatException">The string holds an unpaired surrogate.</exception>
    public static int StoreString(ref byte run, int offset, string? value)
    {
        ref var at = ref Unsafe.Add(ref run, offset);
        if (string.IsNullOrEmpty(value))
        {
            Unsafe.WriteUnaligned(ref at, value is null ? -1 : 0);
            return offset + 4;
        }

        var written = value.Length;
        if (!ShortText.TryNarrow(value, ref Unsafe.Add(ref at, 8)))
        {
            var destination = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, 8), value.Length * 3);
            if (Utf8.FromUtf16(value, destination, out _, out written, replaceInvalidSequences: false) != OperationStatus.Done)
            {
                ThrowUnpairedSurrogate();
            }
        }

        Unsafe.WriteUnaligned(ref at, ~written);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, 4), value.Length);
        return offset + 8 + written;
    }

    /// <summary>A collection of unmanaged elements without padding: count, then one block copy.</summary>
    public void WriteUnmanagedSpan<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        ref var at = ref Reserve(checked(4 + bytes.Length));
        Unsafe.WriteUnaligned(ref at, values.Length);
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, 4), bytes.Length));
    }

    /// <summary>Bytes that are already in the format, as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> encoded)
        => encoded.CopyTo(MemoryMarshal.CreateSpan(ref Reserve(encoded.Length), encoded.Length));

    /// <summary>Enters a nested object; generated code calls it around recursive contracts.</summary>
    /// <exception cref="MessageFormatException">Deeper than <see cref="MaxDepth"/>, or than the thread's stack has room for.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (++_depth > ShallowDepth)
        {
            CheckDepth();
        }
    }

    /// <summary>Leaves a nested object.</summary>
    public void Leave() => _depth--;

    /// <summary>Hands the written bytes to the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        if (_state is not null)
        {
            ReturnState();
        }

        _output.Advance(_position);
        _start = ref Unsafe.Add(ref _start, _position);
        _capacity -= _position;
        _position = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refill(int count)
    {
        if (_state is not null)
        {
            if (_state.Frames > 0)
            {
                RefillKeepingFrames(count);
                return;
            }

            _state.Flushed += _position;
        }

        _output.Advance(_position);
        var span = _output.GetSpan(count);
        _start = ref MemoryMarshal.GetReference(span);
        _capacity = span.Length;
        _position = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void CheckDepth()
    {
        if (_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new MessageFormatException($"Objects are nested {_depth} levels deep, more than {MaxDepth} or than this thread's stack has room for: a cycle, or a contract that should be a list.");
        }
    }

    [DoesNotReturn]
    private static void ThrowUnpairedSurrogate() => throw new MessageFormatException("A string with an unpaired surrogate cannot be written as UTF-8.");
}
