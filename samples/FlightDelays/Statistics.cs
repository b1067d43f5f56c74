namespace HighPerf.Samples.FlightDelays;

/// <summary>The formulas of the report.</summary>
internal static class Statistics
{
    /// <summary>Flights that an origin needs on a day to be its worst.</summary>
    private const int MinimumFlightsOfDay = 5;

    public static DayLine DayLineOf(DaySummary day)
    {
        var flights = day.Origins.Sum(o => o.Flights);
        var sum = day.Origins.Sum(o => o.DelaySum);
        return new DayLine(day.Date, flights, flights == 0 ? null : MeanDelay(sum, flights), WorstOrigin(day.Origins));
    }

    public static AirportLine AirportLineOf(OriginSummary origin, Airport? airport) => new(
        origin.Iata,
        airport?.Name,
        airport?.City,
        airport?.State,
        origin.Flights,
        MeanDelay(origin.DelaySum, origin.Flights),
        P90(origin.Delays, origin.Flights),
        Math.Round((double)origin.Late15 / origin.Flights, 4),
        TopDestination(origin.Destinations));

    /// <summary>Adding zero turns the -0 that rounding gives into 0.</summary>
    private static double MeanDelay(long sum, long flights) => Math.Round((double)sum / flights, 2) + 0.0;

    /// <summary>Nearest rank: the ⌈0.9·n⌉-th smallest, in whole numbers.</summary>
    private static int P90(Dictionary<int, long> delays, long flights)
    {
        var rank = ((9 * flights) + 9) / 10;
        foreach (var delay in delays.Keys.Order())
        {
            rank -= delays[delay];
            if (rank <= 0)
            {
                return delay;
            }
        }

        throw new InvalidOperationException("The delays are fewer than the flights.");
    }

    private static string TopDestination(Dictionary<string, long> destinations)
    {
        var top = "";
        long most = 0;
        foreach (var (destination, count) in destinations)
        {
            if (count > most || (count == most && string.CompareOrdinal(destination, top) < 0))
            {
                (top, most) = (destination, count);
            }
        }

        return top;
    }

    /// <summary>Means are compared as fractions, so that a tie is a tie.</summary>
    private static string? WorstOrigin(OriginSummary[] origins)
    {
        OriginSummary? worst = null;
        foreach (var origin in origins)
        {
            if (origin.Flights < MinimumFlightsOfDay)
            {
                continue;
            }

            if (worst is null)
            {
                worst = origin;
                continue;
            }

            var difference = ((Int128)origin.DelaySum * worst.Flights).CompareTo((Int128)worst.DelaySum * origin.Flights);
            if (difference > 0 || (difference == 0 && string.CompareOrdinal(origin.Iata, worst.Iata) < 0))
            {
                worst = origin;
            }
        }

        return worst?.Iata;
    }
}
