namespace HighPerf.Messages;

/// <summary>The trace of a message that comes from outside.</summary>
internal sealed class RemoteTrace(TraceContext context, string? state)
{
    public TraceContext Context { get; } = context;

    public string? State { get; } = state;
}
