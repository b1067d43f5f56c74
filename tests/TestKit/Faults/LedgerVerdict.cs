namespace HighPerf.TestKit.Faults;

/// <summary>What a <see cref="Ledger"/> says at the end.</summary>
/// <param name="Accepted">Messages that the broker took.</param>
/// <param name="Ran">Different messages that were run.</param>
/// <param name="Lost">Accepted and never run, or given back for later and never run again. Must be 0.</param>
/// <param name="Recovered">Nobody knows whether the broker took it, and it was run: allowed.</param>
/// <param name="Unexpected">Run and never published, or rejected and run all the same. Must be 0.</param>
/// <param name="Duplicated">Runs beyond the first, and beyond one for each time it was given back.</param>
public readonly record struct LedgerVerdict(int Accepted, int Ran, int Lost, int Recovered, int Unexpected, int Duplicated)
{
    /// <summary>True when no promise was broken: at least once, and nothing that nobody sent.</summary>
    public bool IsKept => Lost == 0 && Unexpected == 0;
}
