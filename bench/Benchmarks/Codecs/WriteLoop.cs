namespace HighPerf.Benchmarks.Codecs;

/// <summary>Writes a value with a codec.</summary>
public sealed class WriteLoop<TCodec, TShape>(string name, TShape value, int batch) : Loop(name, batch)
    where TCodec : IShapeCodec<TShape>
{
    private readonly PooledBuffer _output = BufferPool.Shared.Rent();

    /// <inheritdoc/>
    public override void Run(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _output.Clear();
            TCodec.Write(_output, value);
        }
    }
}
