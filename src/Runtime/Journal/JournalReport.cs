namespace HighPerf.Journal;

/// <summary>What opening a journal found.</summary>
public sealed record JournalReport
{
    /// <summary>Segments that were read.</summary>
    public required int Segments { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Records that the journal holds.</summary>
    public required int Records { get; init; }

    /// <summary>Bytes of an unfinished write that were cut off the end.</summary>
    public required long TornBytes { get; init; }

    /// <summary>Damage that was found, and is repaired now; what could not be read is in quarantine.</summary>
    public required IReadOnlyList<JournalDamage> Damages { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
