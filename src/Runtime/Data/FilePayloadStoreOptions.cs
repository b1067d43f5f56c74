namespace HighPerf.Data;

/// <summary>Options of a <see cref="FilePayloadStore"/>.</summary>
public sealed class FilePayloadStoreOptions
{
    /// <summary>The directory, which is created; of its own, on a disk that all processes share that share the queues. Required.</summary>
    public string Path { get; set; } = "";

    /// <summary>How long a payload is kept that nobody removed: longer than its message may wait or be a dead letter. 7 days by default.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Whether a payload is on the disk before its message is published. Default: yes; otherwise it survives a killed process and not power loss.</summary>
    public bool Flush { get; set; } = true;

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Path) || File.Exists(Path))
        {
            throw new HighPerfException($"FilePayloadStoreOptions.Path is '{Path}'. Set it to a directory of its own, for example /data/payloads.");
        }

        if (Lifetime < TimeSpan.FromMinutes(1))
        {
            throw new HighPerfException($"FilePayloadStoreOptions.Lifetime is {Lifetime}. Use at least a minute, and longer than messages wait.");
        }
    }
}
