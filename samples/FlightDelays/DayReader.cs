using System.Text;

namespace HighPerf.Samples.FlightDelays;

/// <summary>Summarises the bytes of a day's file.</summary>
internal static class DayReader
{
    public static DaySummary Read(string file, ReadOnlySpan<byte> content)
    {
        var origins = new SortedDictionary<string, OriginTally>(StringComparer.Ordinal);
        var byCode = new Dictionary<string, OriginTally>(StringComparer.Ordinal);
        var lookup = byCode.GetAlternateLookup<ReadOnlySpan<char>>();
        var rejected = new List<RejectedRows>();
        Span<char> codes = stackalloc char[FlightRow.CodesLength];
        content = content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
        for (var number = 1; content.Length > 0; number++)
        {
            var line = NextLine(ref content);
            if (number == 1 && line.StartsWith("date,"u8))
            {
                continue;
            }

            if (!FlightRow.TryParse(line, codes, out var row, out var reason))
            {
                Reject(rejected, file, number, reason!);
                continue;
            }

            if (!lookup.TryGetValue(row.Origin, out var origin))
            {
                var iata = row.Origin.ToString();
                origin = new OriginTally(iata);
                byCode.Add(iata, origin);
                origins.Add(iata, origin);
            }

            origin.Add(row);
        }

        return new DaySummary(file, [.. origins.Values.Select(o => o.ToSummary())], [.. rejected]);
    }

    private static void Reject(List<RejectedRows> rejected, string file, int line, string reason)
    {
        if (rejected.Count > 0 && rejected[^1] is var before && before.Last == line - 1 && before.Reason == reason)
        {
            rejected[^1] = before with { Last = line };
        }
        else
        {
            rejected.Add(new RejectedRows(file, line, line, reason));
        }
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)'\n');
        var line = end < 0 ? content : content[..end];
        content = end < 0 ? [] : content[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
