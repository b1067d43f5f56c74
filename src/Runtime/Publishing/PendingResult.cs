using HighPerf.Messages;

namespace HighPerf.Publishing;

/// <summary>
/// Somebody who waits for a result. The token names one wait: (version, index), so that a result that comes late or twice finds another version and is dropped.
/// </summary>
internal abstract class PendingResult
{
    private const int IndexBits = 24;
    private const long Waiting = 1;
    private const long Completing = 2;
    private const long PhaseMask = 3;

    // version << 2 | phase
    private long _state;

    public int Index { get; set; } = -1;

    public long ExpiresTicks { get; private set; }

    public double Progress { get; set; }

    public long Token => ((Volatile.Read(ref _state) >> 2) << IndexBits) | (uint)Index;

    public static int IndexOf(long token) => (int)(token & ((1 << IndexBits) - 1));

    public static int MaxIndex => (1 << IndexBits) - 1;

    /// <summary>True if it leaves the table when it is completed.</summary>
    public abstract bool IsSingleUse { get; }

    public bool IsWaiting => (Volatile.Read(ref _state) & PhaseMask) == Waiting;

    /// <summary>
    /// Begins a wait under a new version. The first version of a single-use wait is random: its index is used again by others, whose tokens must differ.
    /// </summary>
    public void Begin(long expiresTicks)
    {
        ExpiresTicks = expiresTicks;
        Progress = 0;
        var version = IsSingleUse ? (long)(IdRandom.Next().First >> 28) : (_state >> 2) + 1;
        Volatile.Write(ref _state, (version << 2) | Waiting);
    }

    /// <summary>Wins or loses the right to complete this wait.</summary>
    public bool TryClaim(long token)
    {
        var version = token >> IndexBits;
        return Interlocked.CompareExchange(ref _state, (version << 2) | Completing, (version << 2) | Waiting) == ((version << 2) | Waiting);
    }

    /// <summary>The result's body; called by whoever claimed.</summary>
    public abstract void SetResult(ReadOnlySpan<byte> body);

    /// <summary>The result's body as JSON; called by whoever claimed.</summary>
    public void SetJsonResult(ReadOnlySpan<byte> json, JsonCodec codec, JsonMessageOptions options, BufferPool pool)
    {
        var binary = pool.Rent();
        try
        {
            codec.ResultToBinary(json, binary, options);
        }
        catch (Exception exception)
        {
            binary.Return();
            SetException(exception);
            return;
        }

        SetResult(binary.Span);
        binary.Return();
    }

    /// <summary>The failure; called by whoever claimed.</summary>
    public abstract void SetException(Exception exception);
}
