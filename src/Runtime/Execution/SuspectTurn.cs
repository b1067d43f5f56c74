namespace HighPerf.Execution;

/// <summary>What a suspect may do, and that it has left: whoever decides its outcome says so, the slot or, where the task does not return, the watchdog.</summary>
/// <param name="key">Where its starts are written down; null where processes share no state store.</param>
/// <param name="starts">Starts without an outcome before this one.</param>
/// <param name="mayStart">False when those were enough.</param>
/// <param name="isIsolated">True when it has the isolation lane.</param>
internal sealed class SuspectTurn(string? key, int starts, bool mayStart, bool isIsolated)
{
    private int _hasLeft;

    public string? Key => key;

    public int Starts => starts;

    public bool MayStart => mayStart;

    public bool IsIsolated => isIsolated;

    /// <summary>True once.</summary>
    public bool TryLeave() => Interlocked.Exchange(ref _hasLeft, 1) == 0;
}
