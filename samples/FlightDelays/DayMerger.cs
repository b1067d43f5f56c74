namespace HighPerf.Samples.FlightDelays;

/// <summary>Merges days, or merged days, in any order.</summary>
internal sealed class DayMerger
{
    private readonly SortedDictionary<string, OriginTally> _origins = new(StringComparer.Ordinal);
    private readonly List<DayLine> _days = [];
    private readonly List<RejectedRows> _rejected = [];

    public void Add(DaySummary day)
    {
        _days.Add(Statistics.DayLineOf(day));
        AddOrigins(day.Origins);
        _rejected.AddRange(day.Rejected);
    }

    public void Add(MergedDays days)
    {
        _days.AddRange(days.Days);
        AddOrigins(days.Origins);
        _rejected.AddRange(days.Rejected);
    }

    /// <summary>Everything that was added: days by date, origins by code, rejected rows by file and line.</summary>
    public MergedDays ToMergedDays()
    {
        _days.Sort(static (a, b) => string.CompareOrdinal(a.Date, b.Date));
        _rejected.Sort(static (a, b) => string.CompareOrdinal(a.File, b.File) is var byFile and not 0 ? byFile : a.First.CompareTo(b.First));
        return new MergedDays([.. _days], [.. _origins.Values.Select(o => o.ToSummary())], [.. _rejected]);
    }

    private void AddOrigins(OriginSummary[] origins)
    {
        foreach (var origin in origins)
        {
            if (!_origins.TryGetValue(origin.Iata, out var tally))
            {
                _origins.Add(origin.Iata, tally = new OriginTally(origin.Iata));
            }

            tally.Add(origin);
        }
    }
}
