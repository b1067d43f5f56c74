namespace HighPerf.Journal;

/// <summary>What a record on the disk does.</summary>
internal enum JournalOperation : byte
{
    /// <summary>There is a record. Also written when a record is moved out of an old segment: the same number again.</summary>
    Add = 1,

    /// <summary>A record has a note, instead of the one it had.</summary>
    Amend = 2,

    /// <summary>A record is gone.</summary>
    Remove = 3,
}
