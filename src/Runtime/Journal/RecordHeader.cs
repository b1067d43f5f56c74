namespace HighPerf.Journal;

/// <summary>What a record's header says.</summary>
/// <param name="Operation">What the record does.</param>
/// <param name="Type">The user's type.</param>
/// <param name="Number">The record that it is about.</param>
/// <param name="Size">Header and payload.</param>
/// <param name="IsFirstOfCommit">True when everything before it in the segment was on the disk before it was written.</param>
internal readonly record struct RecordHeader(JournalOperation Operation, byte Type, long Number, int Size, bool IsFirstOfCommit);
