using HighPerf.Calls;
using HighPerf.Messages;

namespace HighPerf.Publishing;

/// <summary>A command whose arguments are bytes already, or that begins a workflow.</summary>
internal readonly record struct EncodedCommand
{
    public required MessageId Id { get; init; }

    public Lineage Lineage { get; init; }

    public WorkflowReference Workflow { get; init; }

    public ReplyAddress Reply { get; init; }

    public CallOptions? Options { get; init; }

    /// <summary>True if it follows from a delivery that is still out, and not from a caller who can wait.</summary>
    public bool IsFollowUp { get; init; }

    /// <summary>Writes all arguments; else they are <see cref="Input"/> and <see cref="OtherArguments"/>.</summary>
    public WorkflowPart? Start { get; init; }

    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Where the rest of the input is, by its position in the body.</summary>
    public ClaimCheck Claim { get; init; }

    /// <summary>The fingerprint of what wrote the body, where that is not the task's own; 0 where it is.</summary>
    public ulong Fingerprint { get; init; }

    public ReadOnlyMemory<byte> OtherArguments { get; init; }

    /// <summary>True if <see cref="Input"/> is JSON and the one argument.</summary>
    public bool IsJson { get; init; }
}
