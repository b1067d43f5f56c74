namespace HighPerf.Analyzers.Blocking;

/// <summary>A call that blocks, what to use instead, and how a code fix gets there.</summary>
internal sealed record BlockingFinding(string Name, string Instead, BlockingFix Fix);
