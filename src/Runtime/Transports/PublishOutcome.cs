namespace HighPerf.Transports;

/// <summary>How a publish ended, and why if it was not accepted.</summary>
/// <param name="Status">Accepted, rejected or unknown.</param>
/// <param name="Reason">Names what, where and what to do; null when accepted.</param>
public readonly record struct PublishOutcome(PublishStatus Status, string? Reason = null)
{
    /// <summary>The broker has it.</summary>
    public static PublishOutcome Accepted => default;

    /// <summary>True if the broker has it.</summary>
    public bool IsAccepted => Status == PublishStatus.Accepted;
}
