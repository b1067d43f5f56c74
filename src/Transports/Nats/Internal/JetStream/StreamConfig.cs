namespace HighPerf.Transports.Nats.JetStream;

/// <summary>A stream's configuration, as far as this transport sets and compares it.</summary>
internal sealed record StreamConfig
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string[]? Subjects { get; init; }

    public string Retention { get; init; } = "limits";

    public string Storage { get; init; } = "file";

    public string Discard { get; init; } = "new";

    public long MaxMsgs { get; init; } = -1;

    public long MaxBytes { get; init; } = -1;

    public long MaxMsgsPerSubject { get; init; } = -1;

    /// <summary>Nanoseconds; 0 for without end.</summary>
    public long MaxAge { get; init; }

    /// <summary>Nanoseconds.</summary>
    public long DuplicateWindow { get; init; }

    public int NumReplicas { get; init; } = 1;

    /// <summary>What differs from what is wanted, in words; null for nothing.</summary>
    public string? DifferenceFrom(StreamConfig wanted)
    {
        var differences = new List<string>();
        Compare("subjects", string.Join(' ', Subjects ?? []), string.Join(' ', wanted.Subjects ?? []));
        Compare("description", Description ?? "", wanted.Description ?? "");
        Compare("retention", Retention, wanted.Retention);
        Compare("storage", Storage, wanted.Storage);
        Compare("discard", Discard, wanted.Discard);
        Compare("max_msgs", MaxMsgs, wanted.MaxMsgs);
        Compare("max_bytes", MaxBytes, wanted.MaxBytes);
        Compare("max_msgs_per_subject", MaxMsgsPerSubject, wanted.MaxMsgsPerSubject);
        Compare("max_age", MaxAge, wanted.MaxAge);
        Compare("duplicate_window", DuplicateWindow, wanted.DuplicateWindow);
        Compare("num_replicas", NumReplicas, wanted.NumReplicas);
        return differences.Count == 0 ? null : string.Join(", ", differences);

        void Compare<T>(string name, T has, T wants)
        {
            if (!EqualityComparer<T>.Default.Equals(has, wants))
            {
                differences.Add($"{name} is {has} and should be {wants}");
            }
        }
    }
}
