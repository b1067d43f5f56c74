using System.Buffers;
using System.ComponentModel;

namespace HighPerf;

/// <summary>A task's arguments and result as JSON; generated code makes it.</summary>
/// <typeparam name="TArguments">The generated arguments struct.</typeparam>
/// <typeparam name="TResult">The task's result.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class JsonTaskCodec<TArguments, TResult> : JsonCodec<TArguments>
    where TArguments : struct, ITaskArguments<TArguments, TResult>
{
    /// <inheritdoc/>
    public override MessageDescriptor Message => TArguments.Task.Message;

    internal override void Write(in TArguments value, IBufferWriter<byte> json, JsonMessageOptions options)
    {
        var writer = JsonMessageWriter.Rent(json, options);
        TArguments.WriteJson(writer, value);
        writer.Return();
    }

    internal override TArguments Read(ReadOnlySpan<byte> json, JsonMessageOptions options)
    {
        var reader = new JsonMessageReader(json, options);
        var value = TArguments.ReadJson(ref reader);
        reader.End();
        return value;
    }

    internal override void ToJson(ReadOnlySpan<byte> binary, IBufferWriter<byte> json, JsonMessageOptions options)
    {
        var reader = new MessageReader(binary);
        Write(TArguments.Read(ref reader), json, options);
    }

    internal override void ToBinary(ReadOnlySpan<byte> json, IBufferWriter<byte> binary, JsonMessageOptions options)
    {
        var value = Read(json, options);
        var writer = new MessageWriter(binary);
        TArguments.Write(ref writer, value);
        writer.Flush();
    }

    internal override void ResultToJson(ReadOnlySpan<byte> binary, IBufferWriter<byte> json, JsonMessageOptions options)
    {
        var reader = new MessageReader(binary);
        var writer = JsonMessageWriter.Rent(json, options);
        TArguments.WriteJsonResult(writer, TArguments.ReadResult(ref reader));
        writer.Return();
    }

    internal override void ResultToBinary(ReadOnlySpan<byte> json, IBufferWriter<byte> binary, JsonMessageOptions options)
    {
        var reader = new JsonMessageReader(json, options);
        var result = TArguments.ReadJsonResult(ref reader);
        reader.End();
        var writer = new MessageWriter(binary);
        TArguments.WriteResult(ref writer, result);
        writer.Flush();
    }
}
