using System.Buffers.Binary;
using System.Diagnostics;
using HighPerf.Messages;
using HighPerf.TestKit;

namespace HighPerf.Tests.Messages;

public sealed class EnvelopeTests
{
    private static readonly MessageDescriptor s_message = new(MessageKind.Command, "tests.envelope", 0x1122334455667788);
    private static readonly byte[] s_body = [1, 2, 3, 4, 5];
    private static readonly MessageId s_id = MessageId.New(DateTime.UtcNow.Ticks);
    private static readonly MessageId s_correlation = MessageId.New(DateTime.UtcNow.Ticks);
    private static readonly MessageId s_parent = MessageId.New(DateTime.UtcNow.Ticks);
    private static readonly MessageId s_root = MessageId.New(DateTime.UtcNow.Ticks);
    private static readonly MessageId s_workflow = MessageId.New(DateTime.UtcNow.Ticks);
    private static readonly EnvelopeFlags[] s_writable =
    [
        EnvelopeFlags.Correlation, EnvelopeFlags.Parent, EnvelopeFlags.Root, EnvelopeFlags.Trace, EnvelopeFlags.NotBefore, EnvelopeFlags.Expires, EnvelopeFlags.Reply,
        EnvelopeFlags.Workflow, EnvelopeFlags.TraceState, EnvelopeFlags.OrderingKey, EnvelopeFlags.Tenant, EnvelopeFlags.Headers,
    ];

    [Fact]
    public void Every_combination_of_fields_round_trips_also_through_a_retry()
    {
        using var plain = NewActivity(state: null);
        using var withState = NewActivity("vendor=1,other=2");
        for (var combination = 0; combination < 1 << s_writable.Length; combination++)
        {
            var flags = EnvelopeFlags.None;
            for (var i = 0; i < s_writable.Length; i++)
            {
                flags |= (combination >> i & 1) != 0 ? s_writable[i] : 0;
            }

            if ((flags & EnvelopeFlags.TraceState) != 0 && (flags & EnvelopeFlags.Trace) == 0)
            {
                continue;
            }

            var activity = (flags & EnvelopeFlags.TraceState) != 0 ? withState : plain;
            var bytes = Write(FieldsOf(flags, activity));
            Check(bytes, flags, activity, attempt: 3, notBefore: 1000);

            var retried = Retry(bytes, 4, 5000);
            Check(retried, flags | EnvelopeFlags.NotBefore, activity, attempt: 4, notBefore: 5000);
            Assert.Equal(Expected(bytes, 4, 5000), retried);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unknown_flags_and_fields_of_a_later_version_survive_a_retry_byte_for_byte(bool withNotBefore)
    {
        using var activity = NewActivity("a=b");
        var flags = EnvelopeFlags.Correlation | EnvelopeFlags.Trace | EnvelopeFlags.TraceState | EnvelopeFlags.Headers | EnvelopeFlags.Workflow | (withNotBefore ? EnvelopeFlags.NotBefore : 0);
        var later = WithUnknown(Write(FieldsOf(flags, activity)), (1u << 14) | (1u << 31), [9, 8, 7, 6, 5, 4, 3, 2, 1]);

        var retried = Retry(later, 7, 123456789);

        Assert.Equal(Expected(later, 7, 123456789), retried);
        Assert.True(Envelope.TryParse(retried, out var envelope, out _));
        Assert.True(envelope.Has((EnvelopeFlags)(1u << 31)));
        Assert.Equal(s_body, envelope.Body.ToArray());
        Assert.Equal("one", envelope.ReadHeaders()!["first"]);
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1], retried.AsSpan(envelope.Length - 9, 9).ToArray());
    }

    [Fact]
    public void An_unknown_major_version_is_not_parsed()
    {
        var bytes = Write(FieldsOf(EnvelopeFlags.None, null));
        bytes[0] = 2;
        Assert.False(Envelope.TryParse(bytes, out _, out var error));
        Assert.Contains("version 2", error, StringComparison.Ordinal);
        Assert.False(EnvelopeCodec.TryPeek(bytes, out _, out _));
    }

    [Fact]
    public void A_later_minor_version_is_parsed()
    {
        var bytes = Write(FieldsOf(EnvelopeFlags.None, null));
        bytes[1] = 9;
        Assert.True(Envelope.TryParse(bytes, out _, out _));
    }

    [Fact]
    public void Limits_are_met_and_their_errors_say_what_to_do()
    {
        var full = Enumerable.Range(0, EnvelopeLimits.MaxHeaders).ToDictionary(static i => $"h{i}", static i => $"v{i}");
        Assert.True(Envelope.TryParse(Write(new EnvelopeFields { Message = s_message, Id = s_id, Headers = full }), out var envelope, out _));
        Assert.Equal(full, envelope.ReadHeaders());
        full["one-more"] = "x";
        Assert.Contains("65 headers", Throws(new EnvelopeFields { Message = s_message, Headers = full }), StringComparison.Ordinal);

        Assert.True(Envelope.TryParse(Write(new EnvelopeFields { Message = s_message, Headers = One(new string('n', 255), string.Empty) }), out envelope, out _));
        Assert.Equal(string.Empty, envelope.ReadHeaders()![new string('n', 255)]);
        Assert.Contains("256 bytes", Throws(new EnvelopeFields { Message = s_message, Headers = One(new string('n', 256), "x") }), StringComparison.Ordinal);
        Assert.Contains("0 bytes", Throws(new EnvelopeFields { Message = s_message, Headers = One(string.Empty, "x") }), StringComparison.Ordinal);
        Assert.Contains("65536", Throws(new EnvelopeFields { Message = s_message, Headers = One("big", new string('x', 70_000)) }), StringComparison.Ordinal);
        Assert.Contains("65536", Throws(new EnvelopeFields { Message = s_message, OrderingKey = new string('k', 40_000), Tenant = new string('t', 40_000) }), StringComparison.Ordinal);

        _ = new MessageDescriptor(MessageKind.Command, new string('n', 256), 0);
        Assert.Throws<ArgumentException>(static () => new MessageDescriptor(MessageKind.Command, new string('n', 257), 0));
        Assert.Throws<ArgumentException>(static () => new MessageDescriptor(MessageKind.Command, string.Empty, 0));
        Assert.Throws<ArgumentException>(static () => new MessageDescriptor(MessageKind.Command, new string('ä', 129), 0));
    }

    [Fact]
    public void The_largest_envelope_that_can_be_written_can_be_retried()
    {
        var overhead = EnvelopeCodec.FixedSize + s_message.Utf8Name.Length + 2;
        var largest = 0;
        for (var length = EnvelopeLimits.MaxEnvelopeBytes - overhead - 20; length < EnvelopeLimits.MaxEnvelopeBytes; length++)
        {
            try
            {
                var bytes = Write(new EnvelopeFields { Message = s_message, Id = s_id, Tenant = new string('t', length) });
                Assert.True(Envelope.TryParse(bytes, out _, out _));
                Assert.True(Envelope.TryParse(Retry(bytes, 1, 1), out _, out var error), error);
                largest = length;
            }
            catch (MessageFormatException)
            {
                break;
            }
        }

        Assert.Equal(EnvelopeLimits.MaxEnvelopeBytes - overhead - 8, largest);
    }

    [Fact]
    public void Parsing_never_throws_whatever_the_bytes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var activity = NewActivity("vendor=1");
        var all = s_writable.Aggregate(static (left, right) => left | right);
        byte[][] valid =
        [
            Write(FieldsOf(EnvelopeFlags.None, null)), Write(FieldsOf(all, activity)), Write(FieldsOf(EnvelopeFlags.Headers | EnvelopeFlags.OrderingKey, null)),
            WithUnknown(Write(FieldsOf(EnvelopeFlags.Reply | EnvelopeFlags.Tenant, null)), 1u << 20, [1, 2, 3]),
        ];
        var accepted = 0;
        try
        {
            foreach (var bytes in valid)
            {
                for (var length = 0; length < bytes.Length; length++)
                {
                    Assert.False(Envelope.TryParse(bytes.AsSpan(0, length), out _, out var error));
                    Assert.NotNull(error);
                }
            }

            for (var i = 0; i < 100_000; i++)
            {
                var bytes = valid[random.Next(valid.Length)].ToArray();
                for (var mutations = random.Next(1, 5); mutations > 0; mutations--)
                {
                    bytes = Mutate(bytes, random);
                }

                if (Envelope.TryParse(bytes, out var envelope, out _))
                {
                    accepted++;
                    ReadAll(envelope);
                    if (envelope.Length <= EnvelopeLimits.MaxEnvelopeBytes - 8)
                    {
                        var retried = Retry(bytes, 2, 3);
                        Assert.True(Envelope.TryParse(retried, out var again, out _));
                        Assert.True(again.Body.SequenceEqual(envelope.Body));
                    }
                }
            }
        }
        catch (Exception exception)
        {
            throw new Xunit.Sdk.XunitException($"Seed {seed}: {exception}");
        }

        Assert.InRange(accepted, 1, 99_999);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var bytes = new byte[300];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = 1;
            if (Envelope.TryParse(bytes.AsSpan(0, random.Next(bytes.Length)), out var envelope, out _))
            {
                ReadAll(envelope);
            }
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(random.Next(bytes.Length - 4)), random.Next(2) == 0 ? int.MaxValue : random.Next(-8, 300));
                return bytes;
            case 3:
                // Another field's length, with the envelope still adding up.
                bytes[EnvelopeCodec.OffsetFlags + random.Next(2)] = (byte)random.Next(256);
                return bytes;
            case 4:
                var cut = bytes.AsSpan(0, Math.Max(65, random.Next(bytes.Length))).ToArray();
                BinaryPrimitives.WriteInt32LittleEndian(cut.AsSpan(EnvelopeCodec.OffsetEnvelopeLength), cut.Length);
                BinaryPrimitives.WriteInt32LittleEndian(cut.AsSpan(EnvelopeCodec.OffsetBodyLength), 0);
                return cut;
            default:
                var at = random.Next(EnvelopeCodec.FixedSize, bytes.Length);
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
        }
    }

    private static void ReadAll(Envelope envelope)
    {
        _ = (envelope.Kind, envelope.Id, envelope.NameHash, envelope.Fingerprint, envelope.CreatedTicks, envelope.Attempt, envelope.Priority);
        _ = (envelope.Name, envelope.CorrelationId, envelope.ParentId, envelope.RootId, envelope.NotBeforeTicks, envelope.ExpiresTicks, envelope.Reply, envelope.Workflow);
        _ = (envelope.TraceState, envelope.OrderingKey, envelope.Tenant, envelope.TryGetTrace(out _), envelope.Body.Length);
        if (envelope.Has(EnvelopeFlags.Headers))
        {
            _ = envelope.ReadHeaders();
        }
    }

    private static void Check(byte[] bytes, EnvelopeFlags flags, Activity activity, ushort attempt, long notBefore)
    {
        Assert.True(Envelope.TryParse(bytes, out var envelope, out var error), error);
        Assert.Equal(flags, envelope.Flags);
        Assert.Equal(MessageKind.Command, envelope.Kind);
        Assert.Equal(s_id, envelope.Id);
        Assert.Equal(s_message.Hash, envelope.NameHash);
        Assert.Equal(s_message.Fingerprint, envelope.Fingerprint);
        Assert.Equal(42, envelope.CreatedTicks);
        Assert.Equal(attempt, envelope.Attempt);
        Assert.Equal(MessagePriority.High, envelope.Priority);
        Assert.Equal("tests.envelope", envelope.Name);
        Assert.True(envelope.Body.SequenceEqual(s_body));
        Assert.Equal(Has(EnvelopeFlags.Correlation) ? s_correlation : default, envelope.CorrelationId);
        Assert.Equal(Has(EnvelopeFlags.Parent) ? s_parent : default, envelope.ParentId);
        Assert.Equal(Has(EnvelopeFlags.Root) ? s_root : default, envelope.RootId);
        Assert.Equal(Has(EnvelopeFlags.NotBefore) ? notBefore : 0, envelope.NotBeforeTicks);
        Assert.Equal(Has(EnvelopeFlags.Expires) ? 2000 : 0, envelope.ExpiresTicks);
        Assert.Equal(Has(EnvelopeFlags.Reply) ? new ReplyAddress(11, 12) : default, envelope.Reply);
        Assert.Equal(Has(EnvelopeFlags.Workflow) ? new WorkflowReference(s_workflow, 21, -1) : default, envelope.Workflow);
        Assert.Equal(Has(EnvelopeFlags.TraceState) ? "vendor=1,other=2" : null, envelope.TraceState);
        Assert.Equal(Has(EnvelopeFlags.OrderingKey) ? "key ä" : null, envelope.OrderingKey);
        Assert.Equal(Has(EnvelopeFlags.Tenant) ? "tenant" : null, envelope.Tenant);
        Assert.Equal(Has(EnvelopeFlags.Trace), envelope.TryGetTrace(out var trace));
        if (Has(EnvelopeFlags.Trace))
        {
            Assert.Equal(activity.TraceId, trace.TraceId);
            Assert.Equal(activity.SpanId, trace.SpanId);
            Assert.Equal(activity.ActivityTraceFlags, trace.Flags);
        }

        var headers = envelope.ReadHeaders();
        if (Has(EnvelopeFlags.Headers))
        {
            Assert.Equal(2, headers!.Count);
            Assert.Equal("one", headers["first"]);
            Assert.Equal("zwei ü", headers["second"]);
        }
        else
        {
            Assert.Null(headers);
        }

        bool Has(EnvelopeFlags flag) => (flags & flag) != 0;
    }

    private static EnvelopeFields FieldsOf(EnvelopeFlags flags, Activity? activity) => new()
    {
        Message = s_message,
        Id = s_id,
        CreatedTicks = 42,
        Attempt = 3,
        Priority = MessagePriority.High,
        CorrelationId = (flags & EnvelopeFlags.Correlation) != 0 ? s_correlation : default,
        ParentId = (flags & EnvelopeFlags.Parent) != 0 ? s_parent : default,
        RootId = (flags & EnvelopeFlags.Root) != 0 ? s_root : default,
        Trace = (flags & EnvelopeFlags.Trace) != 0 ? activity : null,
        NotBeforeTicks = (flags & EnvelopeFlags.NotBefore) != 0 ? 1000 : 0,
        ExpiresTicks = (flags & EnvelopeFlags.Expires) != 0 ? 2000 : 0,
        Reply = (flags & EnvelopeFlags.Reply) != 0 ? new ReplyAddress(11, 12) : default,
        Workflow = (flags & EnvelopeFlags.Workflow) != 0 ? new WorkflowReference(s_workflow, 21, -1) : default,
        OrderingKey = (flags & EnvelopeFlags.OrderingKey) != 0 ? "key ä" : null,
        Tenant = (flags & EnvelopeFlags.Tenant) != 0 ? "tenant" : null,
        Headers = (flags & EnvelopeFlags.Headers) != 0 ? new Dictionary<string, string> { ["first"] = "one", ["second"] = "zwei ü" } : null,
    };

    /// <summary>What a retry must be, computed from the layout and not by the codec.</summary>
    private static byte[] Expected(byte[] message, ushort attempt, long notBefore)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(4));
        var at = 64 + BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(60)) + ((flags & 1) != 0 ? 16 : 0) + ((flags & 2) != 0 ? 16 : 0) + ((flags & 4) != 0 ? 16 : 0) + ((flags & 8) != 0 ? 25 : 0);
        var field = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(field, notBefore);
        byte[] expected = [.. message[..at], .. field, .. message[((flags & 16) != 0 ? at + 8 : at)..]];
        BinaryPrimitives.WriteUInt16LittleEndian(expected.AsSpan(56), attempt);
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(4), flags | 16);
        BinaryPrimitives.WriteInt32LittleEndian(expected.AsSpan(8), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(8)) + ((flags & 16) != 0 ? 0 : 8));
        return expected;
    }

    private static byte[] WithUnknown(byte[] message, uint flags, byte[] fields)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(8));
        byte[] later = [.. message[..length], .. fields, .. message[length..]];
        BinaryPrimitives.WriteUInt32LittleEndian(later.AsSpan(4), BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(4)) | flags);
        BinaryPrimitives.WriteInt32LittleEndian(later.AsSpan(8), length + fields.Length);
        later[1] = 1;
        return later;
    }

    private static byte[] Write(EnvelopeFields fields)
    {
        var pool = new TrackingBufferPool();
        var buffer = pool.Pool.Rent();
        try
        {
            EnvelopeCodec.Write(buffer, fields);
            buffer.Write(s_body);
            EnvelopeCodec.Complete(buffer);
            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Return();
        }
    }

    private static byte[] Retry(byte[] message, ushort attempt, long notBefore)
    {
        var buffer = BufferPool.Shared.Rent();
        try
        {
            EnvelopeCodec.WriteRetry(buffer, message, attempt, notBefore);
            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Return();
        }
    }

    private static string Throws(EnvelopeFields fields) => Assert.Throws<MessageFormatException>(() => Write(fields)).Message;

    private static Dictionary<string, string> One(string name, string value) => new() { [name] = value };

    private static Activity NewActivity(string? state)
    {
        var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = state;
        activity.Start();
        return activity;
    }
}
