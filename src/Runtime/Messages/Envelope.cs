using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HighPerf.Messages;

/// <summary>
/// A message's envelope, read in place (layout: <see cref="EnvelopeCodec"/>). <see cref="TryParse"/> checks every length once; the properties then only load.
/// Nothing is allocated but what is asked for as a string.
/// </summary>
internal readonly ref struct Envelope
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _fieldsStart;

    private Envelope(ReadOnlySpan<byte> bytes, EnvelopeFlags flags, int envelopeLength, int fieldsStart)
    {
        _bytes = bytes;
        Flags = flags;
        Length = envelopeLength;
        _fieldsStart = fieldsStart;
    }

    public EnvelopeFlags Flags { get; }

    /// <summary>Bytes before the body.</summary>
    public int Length { get; }

    public MessageKind Kind => (MessageKind)_bytes[EnvelopeCodec.OffsetKind];

    /// <summary>What the body is written in (<see cref="Messages.ContentType"/>).</summary>
    public byte ContentType => _bytes[EnvelopeCodec.OffsetContentType];

    public MessageId Id => MessageId.ReadUnchecked(ref At(EnvelopeCodec.OffsetId));

    public ulong NameHash => Load<ulong>(EnvelopeCodec.OffsetHash);

    public ulong Fingerprint => Load<ulong>(EnvelopeCodec.OffsetFingerprint);

    public long CreatedTicks => Load<long>(EnvelopeCodec.OffsetCreated);

    public ushort Attempt => Load<ushort>(EnvelopeCodec.OffsetAttempt);

    public MessagePriority Priority => (MessagePriority)_bytes[EnvelopeCodec.OffsetPriority];

    public ReadOnlySpan<byte> Utf8Name => _bytes[EnvelopeCodec.FixedSize.._fieldsStart];

    public string Name => Encoding.UTF8.GetString(Utf8Name);

    public ReadOnlySpan<byte> Body => _bytes[Length..];

    public MessageId CorrelationId => ReadId(EnvelopeFlags.Correlation);

    public MessageId ParentId => ReadId(EnvelopeFlags.Parent);

    public MessageId RootId => ReadId(EnvelopeFlags.Root);

    public long NotBeforeTicks => Has(EnvelopeFlags.NotBefore) ? Load<long>(FieldAt(EnvelopeFlags.NotBefore)) : 0;

    public long ExpiresTicks => Has(EnvelopeFlags.Expires) ? Load<long>(FieldAt(EnvelopeFlags.Expires)) : 0;

    public ReplyAddress Reply
    {
        get
        {
            if (!Has(EnvelopeFlags.Reply))
            {
                return default;
            }

            var at = FieldAt(EnvelopeFlags.Reply);
            return new ReplyAddress(Load<long>(at), Load<long>(at + 8));
        }
    }

    public WorkflowReference Workflow
    {
        get
        {
            if (!Has(EnvelopeFlags.Workflow))
            {
                return default;
            }

            var at = FieldAt(EnvelopeFlags.Workflow);
            return new WorkflowReference(MessageId.ReadUnchecked(ref At(at)), Load<int>(at + 16), Load<int>(at + 20));
        }
    }

    public bool Has(EnvelopeFlags flag) => (Flags & flag) != 0;

    public bool TryGetTrace(out TraceContext trace)
    {
        if (!Has(EnvelopeFlags.Trace))
        {
            trace = default;
            return false;
        }

        trace = TraceContext.Read(_bytes.Slice(FieldAt(EnvelopeFlags.Trace), TraceContext.Size));
        return true;
    }

    public string? TraceState => ReadText(EnvelopeFlags.TraceState);

    public string? OrderingKey => ReadText(EnvelopeFlags.OrderingKey);

    public string? Tenant => ReadText(EnvelopeFlags.Tenant);

    /// <summary>Where the rest of the body is; none where it is all here.</summary>
    public ClaimCheck Claim
    {
        get
        {
            var value = ReadVariable(EnvelopeFlags.Claim);
            return value.IsEmpty
                ? default
                : new ClaimCheck(MessageId.ReadFrom(value), BinaryPrimitives.ReadInt32LittleEndian(value[16..]), BinaryPrimitives.ReadInt32LittleEndian(value[20..]));
        }
    }

    /// <summary>The free headers; null when there are none. The first of a repeated name counts.</summary>
    public IReadOnlyDictionary<string, string>? ReadHeaders()
    {
        var block = ReadVariable(EnvelopeFlags.Headers);
        if (block.IsEmpty)
        {
            return null;
        }

        var headers = new Dictionary<string, string>();
        while (!block.IsEmpty)
        {
            int nameLength = block[0];
            int valueLength = BinaryPrimitives.ReadUInt16LittleEndian(block[(1 + nameLength)..]);
            headers.TryAdd(Encoding.UTF8.GetString(block.Slice(1, nameLength)), Encoding.UTF8.GetString(block.Slice(3 + nameLength, valueLength)));
            block = block[(3 + nameLength + valueLength)..];
        }

        return headers;
    }

    /// <summary>Parses and checks an envelope. False with what is wrong, for quarantine; never an exception.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Envelope envelope, out string? error)
    {
        envelope = default;
        if (bytes.Length < EnvelopeCodec.FixedSize)
        {
            error = $"{bytes.Length} bytes are no message: an envelope has at least {EnvelopeCodec.FixedSize}.";
            return false;
        }

        ref var start = ref MemoryMarshal.GetReference(bytes);
        if (start != EnvelopeCodec.Major)
        {
            error = $"Envelope version {start} is not known here (known: {EnvelopeCodec.Major}).";
            return false;
        }

        var flags = (EnvelopeFlags)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, EnvelopeCodec.OffsetFlags));
        var length = Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref start, EnvelopeCodec.OffsetEnvelopeLength));
        var bodyLength = Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref start, EnvelopeCodec.OffsetBodyLength));
        int nameLength = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, EnvelopeCodec.OffsetNameLength));
        var fieldsStart = EnvelopeCodec.FixedSize + nameLength;
        var fixedEnd = fieldsStart + EnvelopeCodec.FixedFieldsSize(flags);
        if ((uint)length > EnvelopeLimits.MaxEnvelopeBytes || bodyLength < 0 || (long)length + bodyLength != bytes.Length
            || nameLength is 0 or > EnvelopeLimits.MaxNameBytes || fixedEnd > length
            || (byte)(Unsafe.Add(ref start, EnvelopeCodec.OffsetKind) - 1) > 2 || Unsafe.Add(ref start, EnvelopeCodec.OffsetPriority) > 2
            || ((flags & EnvelopeFlags.VariableSize) != 0 && !VariableFieldsFit(bytes[fixedEnd..length], flags)))
        {
            error = $"The envelope's lengths or codes do not fit its {bytes.Length} bytes (envelope {length}, body {bodyLength}, name {nameLength}, flags {(uint)flags:x}).";
            return false;
        }

        envelope = new Envelope(bytes, flags, length, fieldsStart);
        error = null;
        return true;
    }

    private static bool VariableFieldsFit(ReadOnlySpan<byte> fields, EnvelopeFlags flags)
    {
        for (var flag = EnvelopeFlags.TraceState; flag <= EnvelopeFlags.Claim; flag = (EnvelopeFlags)((uint)flag << 1))
        {
            if ((flags & flag) == 0)
            {
                continue;
            }

            if (fields.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(fields) > fields.Length - 2)
            {
                return false;
            }

            var value = fields.Slice(2, BinaryPrimitives.ReadUInt16LittleEndian(fields));
            if ((flag == EnvelopeFlags.Headers && !HeadersFit(value)) || (flag == EnvelopeFlags.Claim && value.Length != ClaimCheck.Size))
            {
                return false;
            }

            fields = fields[(2 + value.Length)..];
        }

        return true;
    }

    private static bool HeadersFit(ReadOnlySpan<byte> block)
    {
        for (var count = 0; !block.IsEmpty; count++)
        {
            var valueAt = 1 + block[0];
            if (count == EnvelopeLimits.MaxHeaders || block[0] == 0 || block.Length < valueAt + 2)
            {
                return false;
            }

            var size = valueAt + 2 + BinaryPrimitives.ReadUInt16LittleEndian(block[valueAt..]);
            if (block.Length < size)
            {
                return false;
            }

            block = block[size..];
        }

        return true;
    }

    private MessageId ReadId(EnvelopeFlags flag) => Has(flag) ? MessageId.ReadUnchecked(ref At(FieldAt(flag))) : default;

    private string? ReadText(EnvelopeFlags flag) => Has(flag) ? Encoding.UTF8.GetString(ReadVariable(flag)) : null;

    private ReadOnlySpan<byte> ReadVariable(EnvelopeFlags wanted)
    {
        if (!Has(wanted))
        {
            return default;
        }

        var fields = _bytes[(_fieldsStart + EnvelopeCodec.FixedFieldsSize(Flags))..Length];
        for (var flag = EnvelopeFlags.TraceState; flag < wanted; flag = (EnvelopeFlags)((uint)flag << 1))
        {
            if (Has(flag))
            {
                fields = fields[(2 + BinaryPrimitives.ReadUInt16LittleEndian(fields))..];
            }
        }

        return fields.Slice(2, BinaryPrimitives.ReadUInt16LittleEndian(fields));
    }

    private int FieldAt(EnvelopeFlags flag) => _fieldsStart + EnvelopeCodec.FixedFieldsSize(Flags & (flag - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte At(int offset) => ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Load<T>(int offset)
        where T : unmanaged
        => Unsafe.ReadUnaligned<T>(ref At(offset));
}
