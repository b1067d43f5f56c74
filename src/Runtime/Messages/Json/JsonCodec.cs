using System.Buffers;
using System.ComponentModel;

namespace HighPerf;

/// <summary>
/// How one declaration travels as JSON. Made by generated code and only where JSON is used: what nobody asks for, the linker leaves out of the program together with all
/// generated code behind it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class JsonCodec
{
    private protected JsonCodec()
    {
    }

    /// <summary>The declaration.</summary>
    public abstract MessageDescriptor Message { get; }

    /// <summary>From the binary format to JSON: a command's arguments, an event or a document.</summary>
    internal abstract void ToJson(ReadOnlySpan<byte> binary, IBufferWriter<byte> json, JsonMessageOptions options);

    /// <summary>From JSON to the binary format.</summary>
    internal abstract void ToBinary(ReadOnlySpan<byte> json, IBufferWriter<byte> binary, JsonMessageOptions options);

    /// <summary>The same for a task's result.</summary>
    internal virtual void ResultToJson(ReadOnlySpan<byte> binary, IBufferWriter<byte> json, JsonMessageOptions options) => throw new NotSupportedException();

    /// <summary>The same for a task's result.</summary>
    internal virtual void ResultToBinary(ReadOnlySpan<byte> json, IBufferWriter<byte> binary, JsonMessageOptions options) => throw new NotSupportedException();
}
