namespace HighPerf.Samples.FlightDelays;

/// <summary>Something that the user has to change; the message says what.</summary>
internal sealed class JobException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
