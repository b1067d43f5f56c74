namespace HighPerf.Samples.FlightDelays;

/// <summary>Has a file summarised, in this process or in another one: the route of <see cref="SummarizeDay"/> says. Its result goes to the sink "days".</summary>
[Task, Subscribe<FlightFile>]
public sealed partial class SummarizeFile
{
    /// <summary>Summarises a file.</summary>
    public static async ValueTask<DaySummary> RunAsync(FlightFile file, TaskContext context)
        => await Patience.CallAsync(token => context.Publisher.CallAsync(SummarizeDay.Call(file.Name, file.Content), token), context.CancellationToken);
}
