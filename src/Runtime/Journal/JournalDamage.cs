namespace HighPerf.Journal;

/// <summary>Bytes of a segment that should be records and are not.</summary>
/// <param name="Segment">Number of the segment.</param>
/// <param name="Start">Offset of the first damaged byte.</param>
/// <param name="End">Offset after the last one; records begin again here, if there are any.</param>
/// <param name="Description">What it is.</param>
/// <param name="IsUnfinished">True when all of it was in the last write, which was perhaps never finished: what cannot be read was then never acknowledged.</param>
/// <param name="Quarantine">Where the segment was put aside; null when it was not.</param>
public readonly record struct JournalDamage(long Segment, long Start, long End, string Description, bool IsUnfinished, string? Quarantine = null);
