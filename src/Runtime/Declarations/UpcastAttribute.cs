namespace HighPerf;

/// <summary>
/// On a static method of an event, document or task that makes a value of this version from one of an earlier version: it runs when a message of that version is
/// received. The method takes a document with the members that the earlier version had, and returns the event or document, or the task's <c>Arguments</c>.
/// </summary>
/// <param name="from">The earlier version.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UpcastAttribute(int from) : Attribute
{
    /// <summary>The earlier version.</summary>
    public int From { get; } = from;
}
