namespace HighPerf.Samples.FlightDelays;

/// <summary>Exit codes of sysexits.h, and of shells for signals.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Usage = 64;
    public const int NoInput = 66;
    public const int CannotCreate = 73;
    public const int IoError = 74;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
