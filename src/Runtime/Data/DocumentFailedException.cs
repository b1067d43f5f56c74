namespace HighPerf.Data;

/// <summary>A document was published and a subscriber failed for good.</summary>
public sealed class DocumentFailedException : HighPerfException
{
    /// <summary>Creates the exception.</summary>
    public DocumentFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
