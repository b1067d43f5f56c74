namespace HighPerf.Execution;

/// <summary>What a suspect may do.</summary>
/// <param name="Key">Where its starts are written down; null where processes share no state store.</param>
/// <param name="Starts">Starts without an outcome before this one.</param>
/// <param name="MayStart">False when those were enough.</param>
/// <param name="IsIsolated">True when it has the isolation lane.</param>
internal readonly record struct SuspectTurn(string? Key, int Starts, bool MayStart, bool IsIsolated);
