using System.Runtime.InteropServices;

namespace HighPerf.Samples.FlightDelays;

/// <summary>Counts the flights from one airport.</summary>
internal sealed class OriginTally(string iata)
{
    private readonly Dictionary<int, long> _delays = [];
    private readonly Dictionary<string, long> _destinations = new(StringComparer.Ordinal);
    private long _flights;
    private long _delaySum;
    private long _late15;

    public void Add(in FlightRow row)
    {
        _flights++;
        _delaySum += row.Delay;
        _late15 += row.Delay >= 15 ? 1 : 0;
        CollectionsMarshal.GetValueRefOrAddDefault(_delays, row.Delay, out _)++;
        var destinations = _destinations.GetAlternateLookup<ReadOnlySpan<char>>();
        CollectionsMarshal.GetValueRefOrAddDefault(destinations, row.Destination, out _)++;
    }

    public void Add(OriginSummary summary)
    {
        _flights += summary.Flights;
        _delaySum += summary.DelaySum;
        _late15 += summary.Late15;
        foreach (var (delay, count) in summary.Delays)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_delays, delay, out _) += count;
        }

        foreach (var (destination, count) in summary.Destinations)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_destinations, destination, out _) += count;
        }
    }

    public OriginSummary ToSummary() => new(iata, _flights, _delaySum, _late15, _delays, _destinations);
}
