namespace HighPerf;

/// <summary>The three kinds of message (seed: "Message Types").</summary>
public enum MessageKind : byte
{
    /// <summary>Tells one worker to execute a task.</summary>
    Command = 1,

    /// <summary>Says that something happened; any number of tasks subscribe.</summary>
    Event = 2,

    /// <summary>Carries data: a task's result, or a domain object from a data source or the application.</summary>
    Document = 3,
}
