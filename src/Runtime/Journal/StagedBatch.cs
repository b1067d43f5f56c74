namespace HighPerf.Journal;

/// <summary>Records that are written together, in one block of memory that is kept for the next ones unless it has become large.</summary>
internal sealed class StagedBatch
{
    private const int InitialSize = 64 * 1024;
    private const int MaxRetainedSize = 4 * 1024 * 1024;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(InitialSize);
    private int _used;

    public List<StagedRecord> Records { get; } = new(256);

    /// <summary>Told when all of the batch is done, whatever became of it.</summary>
    public List<JournalCommit> Barriers { get; } = [];

    public bool IsEmpty => Records.Count == 0 && Barriers.Count == 0;

    /// <summary>Records somebody waits for.</summary>
    public int Waiting { get; private set; }

    public int Used => _used;

    public Span<byte> this[in StagedRecord record] => _bytes.AsSpan(record.Start, record.Size);

    /// <summary>The bytes of the records from one to another, which lie one behind the other.</summary>
    public Span<byte> Range(int first, int end)
    {
        var start = Records[first].Start;
        return _bytes.AsSpan(start, Records[end - 1].Start + Records[end - 1].Size - start);
    }

    /// <summary>Adds a record and returns its bytes, to be filled.</summary>
    public Span<byte> Add(int size, JournalOperation operation, JournalEntry entry, JournalCommit? commit)
    {
        if (_bytes.Length - _used < size)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Max(_bytes.Length * 2L, (long)_used + size), Array.MaxLength));
            _bytes.AsSpan(0, _used).CopyTo(larger);
            _bytes = larger;
        }

        Records.Add(new StagedRecord(_used, size, operation, entry, commit));
        Waiting += commit is null ? 0 : 1;
        _used += size;
        return _bytes.AsSpan(_used - size, size);
    }

    public void Clear()
    {
        Records.Clear();
        Barriers.Clear();
        Waiting = 0;
        _used = 0;
        if (_bytes.Length > MaxRetainedSize)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(InitialSize);
        }
    }
}
