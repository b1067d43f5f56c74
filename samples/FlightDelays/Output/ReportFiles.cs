using System.Text.Json;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The three files. Everything comes sorted; numbers are the shortest text that reads back as the same number.</summary>
internal static class ReportFiles
{
    public const string Airports = "airports.jsonl";
    public const string Days = "days.jsonl";
    public const string Rejected = "rejected.jsonl";

    public static IReadOnlyList<string> Names { get; } = [Airports, Days, Rejected];

    public static void Write(string directory, IEnumerable<AirportLine> airports, IEnumerable<DayLine> days, IEnumerable<RejectedRows> rejected)
    {
        JsonLinesFile.Write(Path.Combine(directory, Airports), airports, WriteAirport);
        JsonLinesFile.Write(Path.Combine(directory, Days), days, WriteDay);
        JsonLinesFile.Write(Path.Combine(directory, Rejected), rejected.SelectMany(Lines), WriteRejected);
    }

    private static void WriteAirport(Utf8JsonWriter json, AirportLine airport)
    {
        json.WriteStartObject();
        json.WriteString("iata"u8, airport.Iata);
        json.WriteString("name"u8, airport.Name);
        json.WriteString("city"u8, airport.City);
        json.WriteString("state"u8, airport.State);
        json.WriteNumber("flights"u8, airport.Flights);
        json.WriteNumber("meanDelay"u8, airport.MeanDelay);
        json.WriteNumber("p90Delay"u8, airport.P90Delay);
        json.WriteNumber("late15"u8, airport.Late15);
        json.WriteString("topDestination"u8, airport.TopDestination);
        json.WriteEndObject();
    }

    private static void WriteDay(Utf8JsonWriter json, DayLine day)
    {
        json.WriteStartObject();
        json.WriteString("date"u8, day.Date);
        json.WriteNumber("flights"u8, day.Flights);
        if (day.MeanDelay is { } mean)
        {
            json.WriteNumber("meanDelay"u8, mean);
        }
        else
        {
            json.WriteNull("meanDelay"u8);
        }

        json.WriteString("worstOrigin"u8, day.WorstOrigin);
        json.WriteEndObject();
    }

    private static IEnumerable<(RejectedRows Rows, int Line)> Lines(RejectedRows rows)
    {
        for (var line = rows.First; line <= rows.Last; line++)
        {
            yield return (rows, line);
        }
    }

    private static void WriteRejected(Utf8JsonWriter json, (RejectedRows Rows, int Line) rejected)
    {
        json.WriteStartObject();
        json.WriteString("file"u8, rejected.Rows.File);
        json.WriteNumber("line"u8, rejected.Line);
        json.WriteString("reason"u8, rejected.Rows.Reason);
        json.WriteEndObject();
    }
}
