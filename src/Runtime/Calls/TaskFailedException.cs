namespace HighPerf;

/// <summary>A task that a caller waits for failed for good: its attempts are used up, or it said that trying again is pointless.</summary>
public sealed class TaskFailedException : HighPerfException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="task">Wire name of the task that failed.</param>
    /// <param name="id">Message id of the command.</param>
    /// <param name="description">Type and message of the last failure.</param>
    public TaskFailedException(string task, MessageId id, string description)
        : base($"Task {task} ({id}) failed: {description}")
    {
        Task = task;
        Id = id;
        Description = description;
    }

    /// <summary>Wire name of the task that failed.</summary>
    public string Task { get; }

    /// <summary>Message id of the command.</summary>
    public MessageId Id { get; }

    /// <summary>Type and message of the last failure.</summary>
    public string Description { get; }
}
