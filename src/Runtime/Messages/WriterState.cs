namespace HighPerf.Messages;

/// <summary>
/// What a writer needs for version-tolerant and circular contracts only. One is kept per thread, so that writing allocates nothing in steady state and writers of
/// ordinary contracts carry one reference.
/// </summary>
internal sealed class WriterState
{
    private const int MaxRetained = 4096;

    [ThreadStatic]
    private static WriterState? _spare;

    private readonly Dictionary<object, uint> _ids = new(ReferenceEqualityComparer.Instance);

    /// <summary>Bytes handed to the output since the state was rented, less those that were in the writer then: what makes offsets last across refills.</summary>
    public long Flushed;

    /// <summary>Version-tolerant objects that are being written.</summary>
    public int Frames;

    /// <summary>Where the outermost of them starts.</summary>
    public long FramesStart;

    public static WriterState Rent()
    {
        var state = _spare ?? new WriterState();
        _spare = null;
        return state;
    }

    /// <summary>The id of a circular object, in the order in which they are met; false where it has one already.</summary>
    public bool TryAdd(object value, out uint id)
    {
        id = (uint)_ids.Count;
        if (_ids.TryAdd(value, id))
        {
            return true;
        }

        id = _ids[value];
        return false;
    }

    public void Return()
    {
        if (_ids.Count <= MaxRetained)
        {
            _ids.Clear();
            Flushed = 0;
            Frames = 0;
            _spare = this;
        }
    }
}
