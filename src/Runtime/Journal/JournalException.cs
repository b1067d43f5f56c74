namespace HighPerf.Journal;

/// <summary>A journal cannot be opened, or could not write.</summary>
public sealed class JournalException : HighPerfException
{
    /// <summary>Creates the exception.</summary>
    public JournalException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// True when nobody knows whether the record will be there after a restart: the disk failed while it was asked to keep it. False: it is not there and will not be.
    /// </summary>
    public bool IsUncertain { get; init; }

    /// <summary>True when there was no room for it: the disk is full, or too much waits to be written.</summary>
    public bool IsFull { get; init; }
}
