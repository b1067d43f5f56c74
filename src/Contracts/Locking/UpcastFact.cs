namespace HighPerf.Contracts.Locking;

/// <summary>An earlier version that a contract still reads, and the fingerprint of that version.</summary>
internal sealed record UpcastFact(int From, string Schema, int Line);
