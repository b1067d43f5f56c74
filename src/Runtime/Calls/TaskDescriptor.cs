namespace HighPerf;

/// <summary>What is known of a declared task at compile time. One instance per task.</summary>
public sealed class TaskDescriptor
{
    /// <summary>Creates the descriptor; generated code does.</summary>
    /// <param name="message">Wire name and fingerprint of the command.</param>
    public TaskDescriptor(MessageDescriptor message) => Message = message;

    /// <summary>Wire name and fingerprint of the command.</summary>
    public MessageDescriptor Message { get; }

    /// <summary>Wire name.</summary>
    public string Name => Message.Name;

    /// <summary>Number of arguments: the member count of the command's body.</summary>
    public byte ArgumentCount { get; init; }

    /// <summary>The event or document that the task subscribes to; null for none.</summary>
    public MessageDescriptor? Subscribed { get; init; }

    /// <summary>True if a command with this fingerprint can be read here: one of the task's own, or of the event's that it subscribes to.</summary>
    public bool Reads(ulong fingerprint) => Message.Reads(fingerprint) || (Subscribed is not null && Subscribed.Reads(fingerprint));

    /// <summary>The same, for a command that has perhaps more arguments than are known here.</summary>
    internal bool Reads(ulong fingerprint, ReadOnlySpan<byte> body) => Message.Fingerprint == fingerprint || Reads(fingerprint) || Message.Reads(fingerprint, body);

    /// <summary>True if the task returns a value.</summary>
    public bool HasResult { get; init; }

    /// <summary>Attempts in all; 0 takes the worker's retry policy.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Soft time limit of an attempt; null for none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Hard time limit of an attempt; null for none.</summary>
    public TimeSpan? HardTimeout { get; init; }

    /// <summary>Queue of its calls; null for the default.</summary>
    public string? Queue { get; init; }

    /// <summary>The concurrency budget it draws from.</summary>
    public SlotKind Slot { get; init; }

    /// <summary>Priority of its calls.</summary>
    public MessagePriority Priority { get; init; } = MessagePriority.Normal;
}
