namespace HighPerf.Transports.Embedded;

/// <summary>How a request ended.</summary>
internal enum ReplyStatus : byte
{
    /// <summary>Done; accepted; true.</summary>
    Done = 0,

    /// <summary>Rejected; false.</summary>
    Refused = 1,

    /// <summary>Nobody knows.</summary>
    Unknown = 2,

    /// <summary>It failed; the payload says why.</summary>
    Failed = 3,
}
