namespace HighPerf;

/// <summary>A failure that trying again cannot mend: the message becomes a dead letter at once. Throw it, or run the part in <see cref="TaskContext.PoisonousAsync"/>.</summary>
public sealed class PoisonException : HighPerfException
{
    /// <summary>Creates the exception.</summary>
    public PoisonException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
