namespace HighPerf.Messages;

/// <summary>Limits that are checked before anything is allocated or copied.</summary>
internal static class EnvelopeLimits
{
    public const int MaxEnvelopeBytes = 64 * 1024;
    public const int MaxHeaders = 64;
    public const int MaxNameBytes = 256;

    /// <summary>Default limit of a body; an option of the publisher.</summary>
    public const int DefaultMaxBodyBytes = 1024 * 1024;
}
