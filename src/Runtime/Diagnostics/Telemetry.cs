using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HighPerf;

/// <summary>The one place of traces and metrics: names, instruments, and the calls that the rooms make at their edges.</summary>
public static class Telemetry
{
    /// <summary>Name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string Name = "HighPerf";

    internal static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    // Names of messaging semantic conventions v1.44 (status: Development) where there is one; ours where there is none.
    internal static readonly Counter<long> Sent = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Messages accepted by a transport.");
    internal static readonly Counter<long> Consumed = Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Deliveries that were taken up.");
    internal static readonly Histogram<double> TaskDuration = Meter.CreateHistogram<double>("highperf.task.duration", "s", "Duration of an attempt.");
    internal static readonly Counter<long> Retries = Meter.CreateCounter<long>("highperf.task.retries", "{attempt}", "Attempts that will be made again.");
    internal static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("highperf.dead_letters", "{message}", "Messages that were given up on.");
    internal static readonly Counter<long> Parked = Meter.CreateCounter<long>("highperf.parked", "{message}", "Messages that wait for another version of the application.");
    internal static readonly UpDownCounter<long> ActiveTasks = Meter.CreateUpDownCounter<long>("highperf.task.active", "{task}", "Attempts that are running.");

    /// <summary>A span of the producer; null when nobody listens.</summary>
    internal static Activity? StartPublish(string destination)
        => Tag(Source.StartActivity($"send {destination}", ActivityKind.Producer), "send", destination);

    /// <summary>A span of the consumer, child of the producer's; null when nobody listens.</summary>
    internal static Activity? StartProcess(string destination, ActivityContext parent)
        => Tag(Source.StartActivity($"process {destination}", ActivityKind.Consumer, parent), "process", destination);

    private static Activity? Tag(Activity? activity, string operation, string destination)
    {
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", "highperf");
            activity.SetTag("messaging.operation.name", operation);
            activity.SetTag("messaging.operation.type", operation);
            activity.SetTag("messaging.destination.name", destination);
        }

        return activity;
    }
}
