using System.Globalization;
using System.Text.Json;

namespace HighPerf.Load;

/// <summary>The rows as a table for people, and as JSON for programs.</summary>
internal static class LoadReport
{
    public static void Write(List<LoadRow> rows, string? json)
    {
        Console.WriteLine();
        Console.WriteLine("| transport | operation | payload | concurrency | rate/s | raw/s | ratio | B/message | CPU s/million | p50 us | p99 us |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Transport} | {row.Operation} | {row.Payload:N0} | {row.Concurrency:N0} | {row.Rate:N0} | {row.RawRate:N0} | {row.Ratio:F2} | {row.AllocatedBytesPerMessage:F1} | {row.CpuSecondsPerMillion:F1} | {row.P50Us:N0} | {row.P99Us:N0} |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nPeak memory of this process: {PeakBytes() >> 20} MiB, buffers of the queues inside it included."));
        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(rows, LoadJson.Default.ListLoadRow) + "\n");
        }
    }

    private static long PeakBytes()
        => long.Parse(File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}
