using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HighPerf.Messages;

/// <summary>
/// Writes envelopes. Layout, little-endian:
/// <code>
///  0  major 1, minor 1, kind 1, content type 1
///  4  flags 4 (EnvelopeFlags)
///  8  envelope length 4 (name and optional fields included)
/// 12  body length 4
/// 16  message id 16 (network order)
/// 32  wire-name hash 8
/// 40  schema fingerprint 8
/// 48  created 8 (UTC ticks)
/// 56  attempt 2, priority 1, reserved 1, name length 2, reserved 2
/// 64  name, then the optional fields in the order of their flags; then the body
/// </code>
/// A reader accepts every minor version of its major: unknown optional fields come last and are skipped and kept. An unknown major is parked.
/// </summary>
internal static class EnvelopeCodec
{
    public const byte Major = 1;
    public const byte Minor = 0;

    public const int FixedSize = 64;
    public const int OffsetKind = 2;
    public const int OffsetContentType = 3;
    public const int OffsetFlags = 4;
    public const int OffsetEnvelopeLength = 8;
    public const int OffsetBodyLength = 12;
    public const int OffsetId = 16;
    public const int OffsetHash = 32;
    public const int OffsetFingerprint = 40;
    public const int OffsetCreated = 48;
    public const int OffsetAttempt = 56;
    public const int OffsetPriority = 58;
    public const int OffsetNameLength = 60;

    /// <summary>Kind and wire-name hash of what looks like an envelope, without checking the rest.</summary>
    public static bool TryPeek(ReadOnlySpan<byte> bytes, out MessageKind kind, out ulong nameHash)
    {
        if (bytes.Length < FixedSize || bytes[0] != Major)
        {
            kind = default;
            nameHash = 0;
            return false;
        }

        kind = (MessageKind)bytes[OffsetKind];
        nameHash = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), OffsetHash));
        return true;
    }

    /// <summary>True for what looks like a message of a later major version: not damaged, but not for this reader.</summary>
    public static bool IsNewer(ReadOnlySpan<byte> bytes) => bytes.Length >= FixedSize && bytes[0] is > Major and < 16;

    /// <summary>The fingerprint in an envelope that was parsed.</summary>
    public static ulong FingerprintOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[OffsetFingerprint..]);

    /// <summary>
    /// Writes the envelope of a message about which nothing special was said: no optional fields but a reply address. The same bytes as <see cref="Write"/>, without the
    /// fields in between.
    /// </summary>
    public static void WritePlain(PooledBuffer buffer, MessageDescriptor message, MessageId id, long createdTicks, MessagePriority priority, ReplyAddress reply)
    {
        var name = message.Utf8Name;
        var hasReply = !reply.IsNone;
        var size = FixedSize + name.Length + (hasReply ? 16 : 0);
        ref var start = ref MemoryMarshal.GetReference(buffer.GetSpan(size));
        WriteFixedPart(ref start, message, ContentType.Binary, id, createdTicks, attempt: 0, priority);
        if (hasReply)
        {
            ref var at = ref Unsafe.Add(ref start, FixedSize + name.Length);
            Store(ref at, 0, reply.Instance);
            Store(ref at, 8, reply.Token);
        }

        Store(ref start, OffsetFlags, (uint)(hasReply ? EnvelopeFlags.Reply : EnvelopeFlags.None));
        Store(ref start, OffsetEnvelopeLength, size);
        buffer.Advance(size);
    }

    /// <summary>Writes the envelope at the start of an empty buffer; the body follows, then <see cref="Complete"/>.</summary>
    public static void Write(PooledBuffer buffer, in EnvelopeFields fields)
    {
        var name = fields.Message.Utf8Name;
        var flags = FixedFlags(fields);
        var size = FixedSize + name.Length + FixedFieldsSize(flags);
        var span = buffer.GetSpan(size);
        ref var start = ref MemoryMarshal.GetReference(span);

        WriteFixedPart(ref start, fields.Message, fields.IsJson ? ContentType.Json : ContentType.Binary, fields.Id, fields.CreatedTicks, fields.Attempt, fields.Priority);
        if (fields.Fingerprint != 0)
        {
            Store(ref start, OffsetFingerprint, fields.Fingerprint);
        }

        if (flags != 0)
        {
            WriteFixedFields(ref Unsafe.Add(ref start, FixedSize + name.Length), flags, fields);
        }

        buffer.Advance(size);
        if (fields.OrderingKey is not null || fields.Tenant is not null || fields.Headers is not null || fields.Trace?.TraceStateString is not null || fields.RemoteTrace?.State is not null || !fields.Claim.IsNone)
        {
            flags |= WriteVariableFields(buffer, fields);
            size = buffer.Length;

            // A retry adds the not-before instant where there is none, and must still be readable.
            if (size + ((flags & EnvelopeFlags.NotBefore) != 0 ? 0 : sizeof(long)) > EnvelopeLimits.MaxEnvelopeBytes)
            {
                ThrowTooLarge(size);
            }

            start = ref MemoryMarshal.GetReference(buffer.MutableSpan);
        }

        Store(ref start, OffsetFlags, (uint)flags);
        Store(ref start, OffsetEnvelopeLength, size);
    }

    /// <summary>Notes the body's length once the body is written.</summary>
    public static void Complete(PooledBuffer buffer)
    {
        ref var start = ref MemoryMarshal.GetReference(buffer.MutableSpan);
        Store(ref start, OffsetBodyLength, buffer.Length - Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref start, OffsetEnvelopeLength)));
    }

    /// <summary>
    /// Copies a message for its next attempt: every byte as it is, known and unknown, but for the attempt counter and the not-before instant.
    /// </summary>
    public static void WriteRetry(PooledBuffer buffer, ReadOnlySpan<byte> message, ushort attempt, long notBeforeTicks)
    {
        var flags = (EnvelopeFlags)BinaryPrimitives.ReadUInt32LittleEndian(message[OffsetFlags..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(message[OffsetNameLength..]);
        var at = FixedSize + nameLength + FixedFieldsSize(flags & (EnvelopeFlags.NotBefore - 1));
        var hasField = (flags & EnvelopeFlags.NotBefore) != 0;

        Span<byte> notBefore = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(notBefore, notBeforeTicks);
        buffer.Write(message[..at]);
        buffer.Write(notBefore);
        buffer.Write(message[(hasField ? at + 8 : at)..]);

        var copy = buffer.MutableSpan;
        BinaryPrimitives.WriteUInt16LittleEndian(copy[OffsetAttempt..], attempt);
        if (!hasField)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(copy[OffsetEnvelopeLength..]);
            BinaryPrimitives.WriteUInt32LittleEndian(copy[OffsetFlags..], (uint)(flags | EnvelopeFlags.NotBefore));
            BinaryPrimitives.WriteInt32LittleEndian(copy[OffsetEnvelopeLength..], length + 8);
        }
    }

    private static void WriteFixedPart(ref byte start, MessageDescriptor message, byte contentType, MessageId id, long createdTicks, ushort attempt, MessagePriority priority)
    {
        var name = message.Utf8Name;
        Store(ref start, 0, (uint)(Major | (Minor << 8) | ((int)message.Kind << 16) | (contentType << 24)));
        Store(ref start, OffsetBodyLength, 0);
        id.WriteUnchecked(ref Unsafe.Add(ref start, OffsetId));
        Store(ref start, OffsetHash, message.Hash);
        Store(ref start, OffsetFingerprint, message.Fingerprint);
        Store(ref start, OffsetCreated, createdTicks);
        Store(ref start, OffsetAttempt, (uint)(attempt | ((int)priority << 16)));
        Store(ref start, OffsetNameLength, (uint)name.Length);
        Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref start, FixedSize), ref MemoryMarshal.GetArrayDataReference(name), (uint)name.Length);
    }

    /// <summary>Bytes that the fixed-size optional fields of these flags take.</summary>
    public static int FixedFieldsSize(EnvelopeFlags flags)
    {
        if ((flags & EnvelopeFlags.FixedSize) == 0)
        {
            return 0;
        }

        return (Has(flags, EnvelopeFlags.Correlation) * 16)
            + (Has(flags, EnvelopeFlags.Parent) * 16)
            + (Has(flags, EnvelopeFlags.Root) * 16)
            + (Has(flags, EnvelopeFlags.Trace) * TraceContext.Size)
            + (Has(flags, EnvelopeFlags.NotBefore) * 8)
            + (Has(flags, EnvelopeFlags.Expires) * 8)
            + (Has(flags, EnvelopeFlags.Reply) * 16)
            + (Has(flags, EnvelopeFlags.Workflow) * 24);

        static int Has(EnvelopeFlags flags, EnvelopeFlags flag) => (flags & flag) != 0 ? 1 : 0;
    }

    private static EnvelopeFlags FixedFlags(in EnvelopeFields fields)
    {
        var flags = EnvelopeFlags.None;
        flags |= fields.CorrelationId.IsNone ? 0 : EnvelopeFlags.Correlation;
        flags |= fields.ParentId.IsNone ? 0 : EnvelopeFlags.Parent;
        flags |= fields.RootId.IsNone ? 0 : EnvelopeFlags.Root;
        flags |= fields.Trace is null && fields.RemoteTrace is null ? 0 : EnvelopeFlags.Trace;
        flags |= fields.NotBeforeTicks == 0 ? 0 : EnvelopeFlags.NotBefore;
        flags |= fields.ExpiresTicks == 0 ? 0 : EnvelopeFlags.Expires;
        flags |= fields.Reply.IsNone ? 0 : EnvelopeFlags.Reply;
        flags |= fields.Workflow.Id.IsNone ? 0 : EnvelopeFlags.Workflow;
        return flags;
    }

    private static void WriteFixedFields(ref byte at, EnvelopeFlags flags, in EnvelopeFields fields)
    {
        if ((flags & EnvelopeFlags.Correlation) != 0)
        {
            fields.CorrelationId.WriteUnchecked(ref at);
            at = ref Unsafe.Add(ref at, 16);
        }

        if ((flags & EnvelopeFlags.Parent) != 0)
        {
            fields.ParentId.WriteUnchecked(ref at);
            at = ref Unsafe.Add(ref at, 16);
        }

        if ((flags & EnvelopeFlags.Root) != 0)
        {
            fields.RootId.WriteUnchecked(ref at);
            at = ref Unsafe.Add(ref at, 16);
        }

        if ((flags & EnvelopeFlags.Trace) != 0)
        {
            (fields.RemoteTrace is { } remote ? remote.Context : TraceContext.Of(fields.Trace!)).Write(MemoryMarshal.CreateSpan(ref at, TraceContext.Size));
            at = ref Unsafe.Add(ref at, TraceContext.Size);
        }

        if ((flags & EnvelopeFlags.NotBefore) != 0)
        {
            Store(ref at, 0, fields.NotBeforeTicks);
            at = ref Unsafe.Add(ref at, 8);
        }

        if ((flags & EnvelopeFlags.Expires) != 0)
        {
            Store(ref at, 0, fields.ExpiresTicks);
            at = ref Unsafe.Add(ref at, 8);
        }

        if ((flags & EnvelopeFlags.Reply) != 0)
        {
            Store(ref at, 0, fields.Reply.Instance);
            Store(ref at, 8, fields.Reply.Token);
            at = ref Unsafe.Add(ref at, 16);
        }

        if ((flags & EnvelopeFlags.Workflow) != 0)
        {
            fields.Workflow.Id.WriteUnchecked(ref at);
            Store(ref at, 16, fields.Workflow.Node);
            Store(ref at, 20, fields.Workflow.Ordinal);
        }
    }

    private static EnvelopeFlags WriteVariableFields(PooledBuffer buffer, in EnvelopeFields fields)
    {
        var flags = EnvelopeFlags.None;
        if ((fields.RemoteTrace?.State ?? fields.Trace?.TraceStateString) is { Length: > 0 and <= 512 } traceState)
        {
            WriteText(buffer, traceState);
            flags |= EnvelopeFlags.TraceState;
        }

        if (fields.OrderingKey is not null)
        {
            WriteText(buffer, fields.OrderingKey);
            flags |= EnvelopeFlags.OrderingKey;
        }

        if (fields.Tenant is not null)
        {
            WriteText(buffer, fields.Tenant);
            flags |= EnvelopeFlags.Tenant;
        }

        if (fields.Headers is { Count: > 0 })
        {
            WriteHeaders(buffer, fields.Headers);
            flags |= EnvelopeFlags.Headers;
        }

        if (!fields.Claim.IsNone)
        {
            WriteClaim(buffer, fields.Claim);
            flags |= EnvelopeFlags.Claim;
        }

        return flags;
    }

    private static void WriteHeaders(PooledBuffer buffer, IReadOnlyDictionary<string, string> headers)
    {
        if (headers.Count > EnvelopeLimits.MaxHeaders)
        {
            throw new MessageFormatException($"A message has {headers.Count} headers; {EnvelopeLimits.MaxHeaders} are allowed.");
        }

        var start = buffer.Length;
        buffer.Write([0, 0]);
        foreach (var (name, value) in headers)
        {
            var nameLength = Encoding.UTF8.GetByteCount(name);
            if (nameLength is 0 or > 255)
            {
                throw new MessageFormatException($"The header name '{name}' takes {nameLength} bytes; 1 to 255 are allowed.");
            }

            var span = buffer.GetSpan(1 + nameLength);
            span[0] = (byte)nameLength;
            Encoding.UTF8.GetBytes(name, span[1..]);
            buffer.Advance(1 + nameLength);
            WriteText(buffer, value);
        }

        var length = buffer.Length - start - 2;
        if (length > ushort.MaxValue)
        {
            ThrowTooLarge(length);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(buffer.MutableSpan[start..], (ushort)length);
    }

    private static void WriteClaim(PooledBuffer buffer, ClaimCheck claim)
    {
        var span = buffer.GetSpan(2 + ClaimCheck.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(span, ClaimCheck.Size);
        claim.Payload.WriteTo(span[2..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[18..], claim.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[22..], claim.At);
        buffer.Advance(2 + ClaimCheck.Size);
    }

    private static void WriteText(PooledBuffer buffer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length > EnvelopeLimits.MaxEnvelopeBytes - 2)
        {
            ThrowTooLarge(length);
        }

        var span = buffer.GetSpan(2 + length);
        BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)length);
        Encoding.UTF8.GetBytes(text, span[2..]);
        buffer.Advance(2 + length);
    }

    [DoesNotReturn]
    private static void ThrowTooLarge(int size)
        => throw new MessageFormatException($"An envelope field takes {size} bytes; an envelope may take {EnvelopeLimits.MaxEnvelopeBytes}. Put the data into the body.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(ref byte start, int offset, T value)
        where T : unmanaged
        => Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, offset), value);
}
