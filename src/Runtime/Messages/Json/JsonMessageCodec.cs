using System.Buffers;
using System.ComponentModel;

namespace HighPerf;

/// <summary>An event or document as JSON; generated code makes it.</summary>
/// <typeparam name="TMessage">The event or document.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class JsonMessageCodec<TMessage> : JsonCodec<TMessage>
    where TMessage : IMessage<TMessage>
{
    /// <inheritdoc/>
    public override MessageDescriptor Message => TMessage.Descriptor;

    internal override void Write(in TMessage? value, IBufferWriter<byte> json, JsonMessageOptions options)
    {
        var writer = JsonMessageWriter.Rent(json, options);
        TMessage.WriteJson(writer, value);
        writer.Return();
    }

    internal override TMessage? Read(ReadOnlySpan<byte> json, JsonMessageOptions options)
    {
        var reader = new JsonMessageReader(json, options);
        var value = TMessage.ReadJson(ref reader);
        reader.End();
        return value;
    }

    internal override void ToJson(ReadOnlySpan<byte> binary, IBufferWriter<byte> json, JsonMessageOptions options)
    {
        var reader = new MessageReader(binary);
        Write(TMessage.Read(ref reader), json, options);
    }

    internal override void ToBinary(ReadOnlySpan<byte> json, IBufferWriter<byte> binary, JsonMessageOptions options)
    {
        var value = Read(json, options);
        var writer = new MessageWriter(binary);
        TMessage.Write(ref writer, value);
        writer.Flush();
    }
}
