namespace HighPerf.Transports;

/// <summary>What an accepted message survives (contract D2).</summary>
public enum DurabilityLevel : byte
{
    /// <summary>Nothing: it is in this process's memory.</summary>
    Memory = 0,

    /// <summary>A killed process.</summary>
    Process = 1,

    /// <summary>A failed host: it was synced to disk.</summary>
    Host = 2,

    /// <summary>The loss of a node: a quorum has it.</summary>
    Replicated = 3,
}
