namespace HighPerf.Transports;

/// <summary>How a publish ended (contract D1).</summary>
public enum PublishStatus : byte
{
    /// <summary>The broker has it, at the transport's durability level.</summary>
    Accepted = 0,

    /// <summary>The broker does not have it and will not: unroutable, oversize, over quota, refused.</summary>
    Rejected = 1,

    /// <summary>Nobody knows: time-out or lost connection. Publish again with the same message id.</summary>
    Unknown = 2,
}
