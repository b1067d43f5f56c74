namespace HighPerf.Samples.FlightDelays;

/// <summary>Parses and summarises one day. Its result goes to the sink "days".</summary>
[Task(Slot = SlotKind.Cpu), Subscribe<FlightFile>]
public sealed partial class SummarizeDay
{
    /// <summary>Summarises a file.</summary>
    public static DaySummary Run(FlightFile file) => DayReader.Read(file.Name, file.Content);
}
