using System.Buffers.Text;
using System.Text;
using HighPerf.Transports.Kafka.Native;

namespace HighPerf.Transports.Kafka;

/// <summary>What travels beside a message's bytes, as headers that tools can show. A message that needs nothing of it has none.</summary>
internal readonly record struct RecordHeaders
{
    /// <summary>The most there are, and the space for their numbers.</summary>
    public const int Max = 7;
    public const int NumberSize = 24;

    /// <summary>Deliveries before this copy was published.</summary>
    public int Before { get; init; }

    /// <summary>UTC ticks; 0 for never.</summary>
    public long Expires { get; init; }

    /// <summary>UTC ticks before which it is not delivered: of what is in the topic of what waits.</summary>
    public long Due { get; init; }

    /// <summary>The class that it goes (back) to, and one: 0 is unset.</summary>
    public int ClassAndOne { get; init; }

    public DeadLetterReason Reason { get; init; }

    public string? Description { get; init; }

    /// <summary>UTC ticks of a dead letter's end.</summary>
    public long At { get; init; }

    /// <summary>Writes them as arguments; the numbers' digits go into <paramref name="digits"/>, the description must be pinned by the caller.</summary>
    public unsafe int Write(NativeArgument* arguments, byte* digits, byte* description, int descriptionLength)
    {
        var count = 0;
        Number("hp-count"u8, Before);
        Number("hp-expires"u8, Expires);
        Number("hp-due"u8, Due);
        Number("hp-class"u8, ClassAndOne);
        Number("hp-reason"u8, (long)Reason);
        Number("hp-at"u8, At);
        if (description is not null)
        {
            arguments[count++] = NativeArgument.OfHeader(Literal("hp-description"u8), description, descriptionLength);
        }

        return count;

        void Number(ReadOnlySpan<byte> name, long value)
        {
            if (value == 0)
            {
                return;
            }

            Utf8Formatter.TryFormat(value, new Span<byte>(digits, NumberSize), out var length);
            arguments[count++] = NativeArgument.OfHeader(Literal(name), digits, length);
            digits += NumberSize;
        }
    }

    public static unsafe RecordHeaders Read(NativeMessage* message)
    {
        if (Librdkafka.rd_kafka_message_headers(message, out var headers) != KafkaError.None)
        {
            return default;
        }

        return new RecordHeaders
        {
            Before = (int)Math.Clamp(Number("hp-count"u8), 0, int.MaxValue / 2),
            Expires = Number("hp-expires"u8),
            Due = Number("hp-due"u8),
            ClassAndOne = (int)Math.Clamp(Number("hp-class"u8), 0, 3),
            Reason = (DeadLetterReason)Math.Clamp(Number("hp-reason"u8), 0, byte.MaxValue),
            At = Math.Clamp(Number("hp-at"u8), 0, DateTime.MaxValue.Ticks),
            Description = Find("hp-description"u8) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : null,
        };

        ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name)
            => Librdkafka.rd_kafka_header_get_last(headers, Literal(name), out var value, out var size) == KafkaError.None && value is not null ? new ReadOnlySpan<byte>(value, checked((int)size)) : [];

        // Somebody else's header may be anything: what is no number is none.
        long Number(ReadOnlySpan<byte> name) => Find(name) is { IsEmpty: false } text && Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : 0;
    }

    /// <summary>A literal is in the program's image, ends in a NUL, and does not move.</summary>
    private static unsafe byte* Literal(ReadOnlySpan<byte> text) => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(text));
}
