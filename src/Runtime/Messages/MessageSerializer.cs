using System.Buffers;
using System.Runtime.CompilerServices;

namespace HighPerf;

/// <summary>
/// The codec for code outside of the runtime: bytes in MemoryPack's format for every declared contract (<c>[Event]</c>, <c>[Document]</c>, <c>[MemoryPackable]</c>)
/// and for every type that an assembly names with <see cref="MessageTypeAttribute"/>. Generated code only: safe for Native AOT, nothing is reflected.
/// </summary>
public static class MessageSerializer
{
    /// <summary>Writes a value into a new array.</summary>
    /// <exception cref="NotSupportedException">The type is no contract and no assembly names it.</exception>
    /// <exception cref="MessageFormatException">The value cannot be written: a text with an unpaired surrogate, or objects nested too deeply.</exception>
    public static byte[] Serialize<T>(in T? value)
    {
        var buffer = BufferPool.Shared.Rent();
        try
        {
            Serialize(buffer, value);
            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <summary>Writes a value into an output.</summary>
    /// <inheritdoc cref="Serialize{T}(in T)" path="/exception"/>
    public static void Serialize<T>(IBufferWriter<byte> output, in T? value)
    {
        ArgumentNullException.ThrowIfNull(output);
        var formatter = Formatter<T>();
        var writer = new MessageWriter(output);
        formatter.Write(ref writer, value);
        writer.Flush();
    }

    /// <summary>Reads a value. Bytes after it are not looked at.</summary>
    /// <exception cref="NotSupportedException">The type is no contract and no assembly names it.</exception>
    /// <exception cref="MessageFormatException">The bytes are no such value; says which member and where.</exception>
    public static T? Deserialize<T>(ReadOnlySpan<byte> bytes)
    {
        var formatter = Formatter<T>();
        var reader = new MessageReader(bytes);
        try
        {
            return formatter.Read(ref reader);
        }
        catch (MessageFormatException exception) when (exception.Locate(typeof(T).ToString(), "", 0, reader.Position, single: true))
        {
            throw;
        }
    }

    /// <summary>Reads a value. Bytes in one segment are read where they are; others are made contiguous once, in a pooled buffer.</summary>
    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})" path="/exception"/>
    public static T? Deserialize<T>(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return Deserialize<T>(bytes.FirstSpan);
        }

        using var contiguous = new ContiguousBytes(bytes);
        return Deserialize<T>(contiguous.Span);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static MessageFormatter<T> Formatter<T>() => Known<T>.Formatter ?? FindAgain<T>();

    // An assembly that names the type may have been loaded since.
    private static MessageFormatter<T> FindAgain<T>()
        => MessageFormatterTable.Find<T>() ?? throw new NotSupportedException(
            $"'{typeof(T)}' has no generated formatter: declare it with [Document], or add [assembly: MessageType(typeof(...))] in the project that uses it.");

    private static class Known<T>
    {
        public static readonly MessageFormatter<T>? Formatter = MessageFormatterTable.Find<T>();
    }
}
