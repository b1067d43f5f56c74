namespace HighPerf;

/// <summary>A task that subscribes to an event or document.</summary>
/// <param name="Message">The event or document.</param>
/// <param name="Task">The task whose one argument is the message.</param>
public sealed record Subscription(MessageDescriptor Message, TaskDescriptor Task);
