using System.Buffers;
using System.ComponentModel;

namespace HighPerf;

/// <summary>How one declaration travels as JSON, by its type: a command's arguments, an event or a document.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class JsonCodec<TValue> : JsonCodec
{
    private protected JsonCodec()
    {
    }

    internal abstract void Write(in TValue? value, IBufferWriter<byte> json, JsonMessageOptions options);

    internal abstract TValue? Read(ReadOnlySpan<byte> json, JsonMessageOptions options);
}
