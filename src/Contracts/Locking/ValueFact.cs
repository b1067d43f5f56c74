namespace HighPerf.Contracts.Locking;

/// <summary>A value of an enum.</summary>
internal sealed record ValueFact(string Number, string Name, int Line);
