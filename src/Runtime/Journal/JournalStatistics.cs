namespace HighPerf.Journal;

/// <summary>What a journal has done since it was opened, and how large it is.</summary>
/// <param name="Records">Records that were committed: added, amended and removed.</param>
/// <param name="Commits">Writes that they took together.</param>
/// <param name="Flushes">Times that the disk was asked to keep them.</param>
/// <param name="Moved">Records that were moved out of old segments.</param>
/// <param name="Segments">Files.</param>
/// <param name="DiskBytes">Their bytes.</param>
/// <param name="LiveBytes">Bytes of records that are held.</param>
public readonly record struct JournalStatistics(long Records, long Commits, long Flushes, long Moved, int Segments, long DiskBytes, long LiveBytes);
