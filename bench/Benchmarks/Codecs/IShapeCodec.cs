namespace HighPerf.Benchmarks.Codecs;

/// <summary>One way to turn a shape into bytes and back. Static, so that the loop around it adds no call that is not the codec's own.</summary>
/// <typeparam name="TShape">The shape.</typeparam>
public interface IShapeCodec<TShape>
{
    /// <summary>Writes a value to an output that is used again and again.</summary>
    static abstract void Write(PooledBuffer output, TShape value);

    /// <summary>Reads a value.</summary>
    static abstract TShape Read(ReadOnlySpan<byte> input);
}
