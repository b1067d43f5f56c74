using HighPerf.Transports;

namespace HighPerf;

/// <summary>A message was not published, or nobody knows whether it was.</summary>
public sealed class PublishException : HighPerfException
{
    internal PublishException(MessageId id, string message, string destination, PublishOutcome outcome)
        : base($"{message} ({id}) was not accepted by {destination}: {outcome.Reason ?? outcome.Status.ToString()}")
    {
        Id = id;
        Status = outcome.Status;
    }

    /// <summary>Message id; publish again with the same one when <see cref="Status"/> is <see cref="PublishStatus.Unknown"/>.</summary>
    public MessageId Id { get; }

    /// <summary>Rejected or unknown.</summary>
    public PublishStatus Status { get; }
}
