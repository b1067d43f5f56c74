namespace HighPerf.Data;

/// <summary>What a source knows of a path: the file last seen there and how far it got with it.</summary>
internal sealed class KnownFile(FoundFile file, MessageId key, long lookedAt)
{
    public FoundFile File { get; } = file;

    /// <summary>Parent of the ids of the file's documents: source, path, length, time and how it is cut.</summary>
    public MessageId Key { get; } = key;

    /// <summary>Timestamp of the first look that saw it so.</summary>
    public long LookedAt { get; } = lookedAt;

    /// <summary>Handed out, or done before.</summary>
    public bool Taken { get; set; }

    /// <summary>Why it could not be read, when last tried.</summary>
    public string? Error { get; set; }

    /// <summary>Slices done, how many of them failed, and how many there are (-1 until the last was read). Guarded by this object.</summary>
    public long Done { get; set; }

    public uint Failures { get; set; }

    public long Total { get; set; } = -1;
}
