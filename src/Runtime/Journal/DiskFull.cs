namespace HighPerf.Journal;

/// <summary>Tells a full disk from a failed one.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28;
    private const int FileTooLarge = 27;
    private const int Quota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool Is(Exception exception)
        => exception is IOException && exception.HResult is (NoSpace or FileTooLarge or Quota or WindowsDiskFull or WindowsHandleDiskFull);
}
