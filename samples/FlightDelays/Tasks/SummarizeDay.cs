namespace HighPerf.Samples.FlightDelays;

/// <summary>Parses and summarises one day.</summary>
[Task(Slot = SlotKind.Cpu)]
public sealed partial class SummarizeDay
{
    /// <summary>Summarises a file.</summary>
    public static DaySummary Run(string name, byte[] content) => DayReader.Read(name, content);
}
