using System.Globalization;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The end of a run, for people: 79 columns.</summary>
internal static class WorstTable
{
    public static void Write(TextWriter output, ReportTotals totals, string directory)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{totals.Days} days, {totals.Flights} flights, {totals.Airports} origin airports, {totals.Rejected} rejected rows"));
        if (totals.WithoutFlights.Length > 0)
        {
            var shown = string.Join(", ", totals.WithoutFlights.Take(10));
            output.WriteLine($"Without a flight that can be read (empty, or all rows rejected): {shown}{(totals.WithoutFlights.Length > 10 ? $" and {totals.WithoutFlights.Length - 10} more" : "")}");
        }

        if (totals.Worst.Length == 0)
        {
            output.WriteLine($"No airport has {BuildReport.MinimumFlights} flights.");
        }
        else
        {
            WriteWorst(output, totals.Worst);
        }

        output.WriteLine();
        output.WriteLine($"{string.Join(", ", ReportFiles.Names)} are in {directory}");
    }

    private static void WriteWorst(TextWriter output, AirportLine[] worst)
    {
        output.WriteLine();
        output.WriteLine($"Worst mean delay, of airports with at least {BuildReport.MinimumFlights} flights");
        output.WriteLine($"{"",-4} {"airport",-40} {"flights",8} {"mean",8} {"p90",6} {"late 15",8}");
        foreach (var airport in worst)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{airport.Iata,-4} {NameOf(airport),-40} {airport.Flights,8} {airport.MeanDelay,8:0.00} {airport.P90Delay,6} {airport.Late15,8:0.0%}"));
        }
    }

    private static string NameOf(AirportLine airport)
    {
        var place = $"{airport.City} {airport.State}".Trim();
        var name = string.Join(", ", new[] { airport.Name, place }.Where(part => !string.IsNullOrEmpty(part)));
        return name.Length > 40 ? name[..39] + "…" : name;
    }
}
