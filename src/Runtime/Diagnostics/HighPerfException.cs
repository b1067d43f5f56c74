namespace HighPerf;

/// <summary>Root of the exceptions that the runtime throws at the user's edge.</summary>
public class HighPerfException : Exception
{
    /// <summary>Creates the exception.</summary>
    public HighPerfException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
