namespace HighPerf;

/// <summary>What a caller said about one call beyond its arguments. Immutable; null members mean "as routed".</summary>
public sealed record CallOptions
{
    /// <summary>The header that a label travels in: <c>label</c>.</summary>
    public const string LabelHeader = "label";

    /// <summary>Queue to publish to.</summary>
    public string? Queue { get; init; }

    /// <summary>Not before this long after publishing.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Not before this instant.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Not after this long after publishing: an expired command is recorded and not executed.</summary>
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>Priority class.</summary>
    public MessagePriority? Priority { get; init; }

    /// <summary>Commands with the same key and queue start in order, one at a time (contract D10).</summary>
    public string? OrderingKey { get; init; }

    /// <summary>Correlation id; the message's own id by default.</summary>
    public MessageId? CorrelationId { get; init; }

    /// <summary>Whose message it is; travels with it and with what an event's subscribers do. Routes may go by it (<see cref="RouteTarget.ForTenant"/>).</summary>
    public string? Tenant { get; init; }

    /// <summary>
    /// A label that routes may go by (<see cref="RouteTarget.ForLabel"/>), for what the publisher knows and the name does not tell: <c>large</c>, <c>gpu</c>. It is the header
    /// <see cref="LabelHeader"/>.
    /// </summary>
    public string? Label => Headers?.GetValueOrDefault(LabelHeader);

    /// <summary>Free headers.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
