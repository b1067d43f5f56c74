namespace HighPerf.Transports;

/// <summary>Who does what is asked of a broker.</summary>
public enum SupportLevel : byte
{
    /// <summary>Nobody: asking for it is refused.</summary>
    Impossible = 0,

    /// <summary>The transport, with other means of the broker; what that costs is said.</summary>
    Emulated = 1,

    /// <summary>The broker.</summary>
    Native = 2,
}
