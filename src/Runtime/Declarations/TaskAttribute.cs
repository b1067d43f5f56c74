namespace HighPerf;

/// <summary>
/// Declares a task on a partial class: the constructor takes services, the parameters of <c>RunAsync</c> (or <c>Run</c>) are the message. The generator adds
/// <c>Call(...)</c> with all arguments and <c>Step(...)</c> with all but the first.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskAttribute : Attribute
{
    /// <summary>Declares a task under a wire name derived from its namespace and name (<c>Shop.Billing.ChargeCard</c>).</summary>
    public TaskAttribute()
    {
    }

    /// <summary>Declares a task under a wire name of its own, which survives renames of the class.</summary>
    /// <param name="name">Wire name, at most 256 bytes of UTF-8.</param>
    public TaskAttribute(string name) => Name = name;

    /// <summary>The wire name; null for the derived one.</summary>
    public string? Name { get; }

    /// <summary>Former wire names that this task still executes.</summary>
    public string[] Aliases { get; set; } = [];

    /// <summary>
    /// The version of the task's members; 1 by default. A member that is added at the end needs no new version; one that is removed, renamed, retyped or moved does. Messages
    /// of an earlier version are read where a method has <see cref="UpcastAttribute"/>, and parked where none has.
    /// </summary>
    public int Version { get; set; } = 1;

    /// <summary>Attempts in all, first one included; 0 (the default) takes the worker's retry policy.</summary>
    public int MaxAttempts { get; set; }

    /// <summary>Soft time limit of an attempt as <c>hh:mm:ss[.fff]</c>: the task's token is cancelled. None by default.</summary>
    public string? Timeout { get; set; }

    /// <summary>Hard time limit of an attempt as <c>hh:mm:ss[.fff]</c>: the attempt counts as failed even when it does not return. None by default.</summary>
    public string? HardTimeout { get; set; }

    /// <summary>Queue that calls go to unless a route or the call says otherwise; null for the default queue.</summary>
    public string? Queue { get; set; }

    /// <summary>The concurrency budget the task draws from; <see cref="SlotKind.Io"/> by default.</summary>
    public SlotKind Slot { get; set; }

    /// <summary>Priority of its calls unless the call says otherwise; <see cref="MessagePriority.Normal"/> by default.</summary>
    public MessagePriority Priority { get; set; } = MessagePriority.Normal;
}
