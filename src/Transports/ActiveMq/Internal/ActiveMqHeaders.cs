namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// Names of the headers that this transport adds. Ours begin with <c>hp-</c> and are in the broker's eyes properties of an application; what the broker itself acts on has its own
/// names.
/// </summary>
internal static class ActiveMqHeaders
{
    /// <summary>Bytes of a header that the broker's STOMP connector takes, with room for its name and for escapes.</summary>
    public const int MaxValueBytes = 4_000;

    /// <summary>Message id.</summary>
    public static ReadOnlySpan<byte> Id => "hp-id"u8;

    /// <summary>Deliveries before this copy.</summary>
    public static ReadOnlySpan<byte> Count => "hp-count"u8;

    /// <summary>Ordering key: the broker takes JMSXGroupID and does not hand it out again.</summary>
    public static ReadOnlySpan<byte> Key => "hp-key"u8;

    /// <summary>Unix milliseconds after which it is not delivered. Not the broker's own header: what that drops goes where nobody looks, without a reason.</summary>
    public static ReadOnlySpan<byte> Expires => "hp-expires"u8;

    /// <summary>Of a dead letter: reason, description, when, and the priority class that a replay puts it into.</summary>
    public static ReadOnlySpan<byte> Reason => "hp-reason"u8;

    public static ReadOnlySpan<byte> Description => "hp-description"u8;

    public static ReadOnlySpan<byte> At => "hp-at"u8;

    public static ReadOnlySpan<byte> Class => "hp-class"u8;

    /// <summary>Ends the answers to a question.</summary>
    public static ReadOnlySpan<byte> Marker => "hp-marker"u8;

    public static ReadOnlySpan<byte> Group => "JMSXGroupID"u8;

    public static ReadOnlySpan<byte> Delay => "AMQ_SCHEDULED_DELAY"u8;

    public static ReadOnlySpan<byte> SchedulerAction => "AMQ_SCHEDULER_ACTION"u8;

    public static ReadOnlySpan<byte> ScheduledJob => "scheduledJobId"u8;
}
