using System.Text.Json;

namespace HighPerf.Samples.Tests;

/// <summary>Reads and compares the three files.</summary>
internal static class ReportReader
{
    public static readonly string[] Files = ["airports.jsonl", "days.jsonl", "rejected.jsonl"];

    /// <summary>Fails unless the files in <paramref name="output"/> say what the independent computation says, in the stated order and with the stated names.</summary>
    public static void AssertEqual(IndependentComputation.Report expected, string output)
    {
        var airports = Lines(output, "airports.jsonl", "iata,name,city,state,flights,meanDelay,p90Delay,late15,topDestination");
        Assert.Equal(
            expected.Airports,
            airports.Select(a => new IndependentComputation.Airport(
                Text(a, "iata")!, Text(a, "name"), Text(a, "city"), Text(a, "state"), a.GetProperty("flights").GetInt32(), a.GetProperty("meanDelay").GetDouble(),
                a.GetProperty("p90Delay").GetInt32(), a.GetProperty("late15").GetDouble(), Text(a, "topDestination")!)));

        var days = Lines(output, "days.jsonl", "date,flights,meanDelay,worstOrigin");
        Assert.Equal(
            expected.Days,
            days.Select(d => new IndependentComputation.Day(
                Text(d, "date")!, d.GetProperty("flights").GetInt32(), d.GetProperty("meanDelay").ValueKind == JsonValueKind.Null ? null : d.GetProperty("meanDelay").GetDouble(), Text(d, "worstOrigin"))));

        var rejected = Lines(output, "rejected.jsonl", "file,line,reason");
        Assert.Equal(expected.RejectedRows, rejected.Select(r => new IndependentComputation.Rejected(Text(r, "file")!, r.GetProperty("line").GetInt32())));
        Assert.All(rejected, r => Assert.False(string.IsNullOrWhiteSpace(Text(r, "reason"))));
    }

    public static Dictionary<(string File, int Line), string> Reasons(string output)
        => Lines(output, "rejected.jsonl", "file,line,reason").ToDictionary(r => (Text(r, "file")!, r.GetProperty("line").GetInt32()), r => Text(r, "reason")!);

    public static void AssertSameBytes(string expected, string actual, string what)
    {
        foreach (var file in Files)
        {
            Assert.True(File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file))), $"{file} differs: {what}");
        }
    }

    private static List<JsonElement> Lines(string output, string file, string names)
    {
        var text = File.ReadAllText(Path.Combine(output, file));
        Assert.True(text.Length == 0 || text.EndsWith('\n'), $"{file} does not end in a line feed.");
        Assert.DoesNotContain("\r", text);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.All(lines, l => Assert.Equal(names, string.Join(',', l.EnumerateObject().Select(p => p.Name))));
        return lines;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
