namespace HighPerf.Samples.FlightDelays;

/// <summary>Reads airports.csv: columns iata, name, city and state by their header, in any place. The first row of an airport counts.</summary>
internal static class AirportsFile
{
    /// <exception cref="InvalidDataException">The header lacks a column.</exception>
    public static Dictionary<string, Airport> Read(string path)
    {
        var airports = new Dictionary<string, Airport>(StringComparer.Ordinal);
        foreach (var (iata, airport) in Rows(path))
        {
            airports.TryAdd(iata, airport);
        }

        return airports;
    }

    /// <exception cref="InvalidDataException">The header lacks a column.</exception>
    public static bool HasAny(string path) => Rows(path).Any();

    private static IEnumerable<(string Iata, Airport Airport)> Rows(string path)
    {
        using var reader = new StreamReader(path);
        var fields = new List<string>();
        if (!Csv.ReadRecord(reader, fields))
        {
            yield break;
        }

        var (iata, name, city, state) = (Column("iata"), Column("name"), Column("city"), Column("state"));
        while (Csv.ReadRecord(reader, fields))
        {
            if (Field(iata) is { Length: > 0 } code)
            {
                yield return (code, new Airport(Field(name), Field(city), Field(state)));
            }
        }

        int Column(string title)
        {
            var index = fields.IndexOf(title);
            return index >= 0 ? index : throw new InvalidDataException($"its first line has no column '{title}'; it needs iata, name, city and state.");
        }

        string? Field(int column) => column < fields.Count ? fields[column] : null;
    }
}
