namespace HighPerf.Samples.FlightDelays;

/// <summary>A line of airports.jsonl.</summary>
/// <param name="Iata">The origin airport.</param>
/// <param name="Name">From the airports file, or null.</param>
/// <param name="City">From the airports file, or null.</param>
/// <param name="State">From the airports file, or null.</param>
/// <param name="Flights">Flights from there.</param>
/// <param name="MeanDelay">Minutes, 2 decimals.</param>
/// <param name="P90Delay">The ⌈0.9·n⌉-th smallest delay.</param>
/// <param name="Late15">Share of flights with a delay of 15 minutes or more, 4 decimals.</param>
/// <param name="TopDestination">Most frequent; the ordinally first of those that are.</param>
[Document]
public sealed partial record AirportLine(string Iata, string? Name, string? City, string? State, long Flights, double MeanDelay, int P90Delay, double Late15, string TopDestination);
