using System.Diagnostics;

namespace HighPerf.Messages;

/// <summary>What a publisher puts into an envelope. Default values mean "absent".</summary>
internal struct EnvelopeFields
{
    public MessageDescriptor Message;
    public MessageId Id;

    /// <summary>The fingerprint of what wrote the body, where that is not the message's own; 0 where it is.</summary>
    public ulong Fingerprint;
    public long CreatedTicks;
    public ushort Attempt;
    public MessagePriority Priority;

    public MessageId CorrelationId;
    public MessageId ParentId;
    public MessageId RootId;
    public Activity? Trace;
    public long NotBeforeTicks;
    public long ExpiresTicks;
    public ReplyAddress Reply;
    public WorkflowReference Workflow;
    public string? OrderingKey;
    public string? Tenant;
    public IReadOnlyDictionary<string, string>? Headers;
    public ClaimCheck Claim;

    /// <summary>The body is JSON.</summary>
    public bool IsJson;

    /// <summary>Where the trace goes on, for a message that comes from outside; else <see cref="Trace"/>.</summary>
    public RemoteTrace? RemoteTrace;

    /// <summary>Not written: the message follows from a delivery that is still out.</summary>
    public bool IsFollowUp;
}
