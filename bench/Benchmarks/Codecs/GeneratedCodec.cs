namespace HighPerf.Benchmarks.Codecs;

/// <summary>What the generator wrote for the declaration.</summary>
public abstract class GeneratedCodec<TShape> : IShapeCodec<TShape>
    where TShape : IMessage<TShape>
{
    /// <inheritdoc/>
    public static void Write(PooledBuffer output, TShape value)
    {
        var writer = new MessageWriter(output);
        TShape.Write(ref writer, value);
        writer.Flush();
    }

    /// <inheritdoc/>
    public static TShape Read(ReadOnlySpan<byte> input)
    {
        var reader = new MessageReader(input);
        return TShape.Read(ref reader)!;
    }
}
