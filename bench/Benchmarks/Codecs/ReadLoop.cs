namespace HighPerf.Benchmarks.Codecs;

/// <summary>Reads with a codec what it wrote.</summary>
public sealed class ReadLoop<TCodec, TShape> : Loop
    where TCodec : IShapeCodec<TShape>
{
    private readonly byte[] _input;
    private TShape? _last;

    /// <summary>Creates the operation.</summary>
    public ReadLoop(string name, TShape value, int batch)
        : base(name, batch)
    {
        var output = BufferPool.Shared.Rent();
        TCodec.Write(output, value);
        _input = output.Span.ToArray();
        output.Return();
    }

    /// <summary>What was read.</summary>
    public TShape? Last => _last;

    /// <inheritdoc/>
    public override void Run(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _last = TCodec.Read(_input);
        }
    }
}
