using HighPerf.Data;

namespace HighPerf.Samples.FlightDelays;

/// <summary>Merges the days of a part of the work file.</summary>
[Task(Slot = SlotKind.Cpu)]
public sealed partial class MergeDays
{
    /// <summary>Merges the lines that begin in bytes <paramref name="from"/> to <paramref name="to"/>: the work file is cut by its length, nobody has to read it first.</summary>
    public static async ValueTask<MergedDays> RunAsync(string workFile, long from, long to)
    {
        var merger = new DayMerger();
        await foreach (var day in FileSink.ReadAllAsync(workFile, WorkJson.Default.DaySummary, from, to))
        {
            merger.Add(day);
        }

        return merger.ToMergedDays();
    }
}
