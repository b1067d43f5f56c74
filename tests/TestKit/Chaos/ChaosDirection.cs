namespace HighPerf.TestKit.Chaos;

/// <summary>What a <see cref="ChaosProxy"/> does to the bytes of one direction. May be changed at any time; what is on its way keeps the delay it was given.</summary>
public sealed class ChaosDirection
{
    private volatile TaskCompletionSource? _thaw;
    private int _corruptions;
    private long _forwarded;
    private long _swallowed;

    /// <summary>How long bytes are on their way.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>At most so much is added to the latency of each piece, at random; pieces never overtake each other.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Bytes per second, in pieces of at most a tenth of that; 0 for as fast as it goes.</summary>
    public int DripBytesPerSecond { get; set; }

    /// <summary>Bytes vanish: the connection stays open and nothing comes of it.</summary>
    public bool IsBlackHole { get; set; }

    /// <summary>One bit is flipped in one of so many bytes on average; 0 for none.</summary>
    public int CorruptOneBitIn { get; set; }

    /// <summary>The connection ends, in the middle of a frame if need be, after so many bytes of it; null for never.</summary>
    public long? TruncateAfter { get; set; }

    /// <summary>Bits flipped so far.</summary>
    public int Corruptions => Volatile.Read(ref _corruptions);

    /// <summary>Bytes that got through.</summary>
    public long Forwarded => Interlocked.Read(ref _forwarded);

    /// <summary>Bytes that vanished.</summary>
    public long Swallowed => Interlocked.Read(ref _swallowed);

    /// <summary>True while bytes wait: a network that is cut and will be healed. Nothing is lost, as TCP sends it again.</summary>
    public bool IsCut
    {
        get => _thaw is not null;
        set
        {
            var before = _thaw;
            _thaw = value ? before ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            if (!value)
            {
                before?.TrySetResult();
            }
        }
    }

    /// <summary>Takes back everything.</summary>
    public void Heal()
    {
        Latency = Jitter = TimeSpan.Zero;
        DripBytesPerSecond = CorruptOneBitIn = 0;
        IsBlackHole = false;
        TruncateAfter = null;
        IsCut = false;
    }

    internal Task WhenThereIsAWay(CancellationToken cancellationToken) => _thaw?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    internal void CountCorruption() => Interlocked.Increment(ref _corruptions);

    internal void CountForwarded(int bytes) => Interlocked.Add(ref _forwarded, bytes);

    internal void CountSwallowed(int bytes) => Interlocked.Add(ref _swallowed, bytes);
}
