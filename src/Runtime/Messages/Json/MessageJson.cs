using System.Buffers;

namespace HighPerf;

/// <summary>Events and documents as JSON, for programs that want it outside of messages: files, logs, HTTP.</summary>
public static class MessageJson
{
    /// <summary>Writes an event or a document.</summary>
    /// <exception cref="MessageFormatException">It holds a text with half of a surrogate pair, or is nested too deeply.</exception>
    public static void Write<TMessage>(IBufferWriter<byte> output, in TMessage? message, JsonMessageOptions? options = null)
        where TMessage : IMessage<TMessage>
    {
        var writer = JsonMessageWriter.Rent(output, options ?? JsonMessageOptions.Default);
        TMessage.WriteJson(writer, message);
        writer.Return();
    }

    /// <summary>Reads an event or a document.</summary>
    /// <exception cref="MessageFormatException">The bytes are not its JSON; says which member and where.</exception>
    public static TMessage? Read<TMessage>(ReadOnlySpan<byte> json, JsonMessageOptions? options = null)
        where TMessage : IMessage<TMessage>
    {
        var reader = new JsonMessageReader(json, options);
        var value = TMessage.ReadJson(ref reader);
        reader.End();
        return value;
    }
}
