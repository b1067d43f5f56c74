namespace HighPerf.Data;

/// <summary>When a <see cref="FileSink{TDocument}"/> asks the disk to keep what it wrote.</summary>
public enum FileFlush
{
    /// <summary>Before a write completes; writes that wait at the same time share the flush. Survives power loss.</summary>
    Grouped = 0,

    /// <summary>Before a write completes, one record at a time: slow, the least that one bad sector can take.</summary>
    Each = 1,

    /// <summary>Never: what was written survives a killed process, not power loss.</summary>
    OperatingSystem = 2,
}
