namespace HighPerf;

/// <summary>How messages are published.</summary>
public sealed class PublisherOptions
{
    /// <summary>Largest body in bytes; a larger one is rejected at the publisher. 1 MiB by default, at most 64 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Bodies of more bytes than this, or than <see cref="MaxBodyBytes"/>, go by claim check where a payload store is configured: the store has the body, the message only
    /// says where. 64 KiB by default.
    /// </summary>
    public int ClaimCheckBytes { get; set; } = 64 * 1024;

    /// <summary>Largest body in bytes that goes by claim check; a larger one is rejected at the publisher. 64 MiB by default, at most 1 GiB.</summary>
    public int MaxPayloadBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a publish waits for a full or slow broker when the caller's token cannot be cancelled; 30 s by default. A caller's token that can is the deadline itself.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the result of a sent call is waited for and kept; 1 hour by default.</summary>
    public TimeSpan ResultLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a workflow's graph and counts are kept; 1 day by default.</summary>
    public TimeSpan WorkflowLifetime { get; set; } = TimeSpan.FromDays(1);

    internal IEnumerable<string> Validate()
    {
        if (MaxBodyBytes is < 1 or > 64 * 1024 * 1024)
        {
            yield return $"Publisher.MaxBodyBytes is {MaxBodyBytes}; set 1 to 67108864 bytes.";
        }

        if (ClaimCheckBytes < 1)
        {
            yield return $"Publisher.ClaimCheckBytes is {ClaimCheckBytes}; set at least 1 byte.";
        }

        if (MaxPayloadBytes < 1 || MaxPayloadBytes > 1024 * 1024 * 1024)
        {
            yield return $"Publisher.MaxPayloadBytes is {MaxPayloadBytes}; set 1 to 1073741824 bytes.";
        }

        if (PublishTimeout < TimeSpan.FromMilliseconds(1) || PublishTimeout > TimeSpan.FromDays(1))
        {
            yield return $"Publisher.PublishTimeout is {PublishTimeout}; set 1 ms to 1 day.";
        }

        if (ResultLifetime < TimeSpan.FromSeconds(1))
        {
            yield return $"Publisher.ResultLifetime is {ResultLifetime}; set at least 1 s.";
        }

        if (WorkflowLifetime < TimeSpan.FromSeconds(1))
        {
            yield return $"Publisher.WorkflowLifetime is {WorkflowLifetime}; set at least 1 s.";
        }
    }
}
