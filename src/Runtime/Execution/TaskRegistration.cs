using HighPerf.Data;

namespace HighPerf.Execution;

/// <summary>A task as this worker runs it: the generated handler, what its declaration and the options say, and its queue of started-next messages.</summary>
internal sealed class TaskRegistration
{
    public TaskRegistration(TaskHandler handler, RetryPolicy policy, Sink[]? sinks, TimeProvider clock, JsonCodec? json = null)
    {
        Handler = handler;
        Descriptor = handler.Descriptor;
        Sinks = sinks;
        Json = json;
        Policy = Descriptor.MaxAttempts == 0 ? policy : policy with { MaxAttempts = Descriptor.MaxAttempts };
        SoftLimit = ToTimestamp(Descriptor.Timeout, clock);
        HardLimit = ToTimestamp(Descriptor.HardTimeout, clock);
    }

    public TaskHandler Handler { get; }

    public TaskDescriptor Descriptor { get; }

    public Sink[]? Sinks { get; }

    /// <summary>How its arguments and result are JSON; null where this process uses none.</summary>
    public JsonCodec? Json { get; }

    public RetryPolicy Policy { get; }

    /// <summary>Time limits in ticks of the clock; 0 for none.</summary>
    public long SoftLimit { get; }

    public long HardLimit { get; }

    public WorkQueue Queue { get; } = new();

    private static long ToTimestamp(TimeSpan? limit, TimeProvider clock) => limit is { } value ? (long)(value.TotalSeconds * clock.TimestampFrequency) : 0;
}
