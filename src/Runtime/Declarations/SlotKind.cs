namespace HighPerf;

/// <summary>Which concurrency budget a task draws from.</summary>
public enum SlotKind : byte
{
    /// <summary>The task mostly waits: many run at once.</summary>
    Io = 0,

    /// <summary>The task mostly computes: as many run at once as there are processors.</summary>
    Cpu = 1,
}
