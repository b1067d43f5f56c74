namespace HighPerf.Samples.FlightDelays;

/// <summary>Flights from one airport.</summary>
/// <param name="Iata">The airport.</param>
/// <param name="Flights">How many.</param>
/// <param name="DelaySum">Sum of their delays in minutes.</param>
/// <param name="Late15">How many of them were 15 minutes late or more.</param>
/// <param name="Delays">Flights by delay: all that a percentile needs, in the room of the different delays and not of the flights.</param>
/// <param name="Destinations">Flights by destination.</param>
[Document]
public sealed partial record OriginSummary(string Iata, long Flights, long DelaySum, long Late15, Dictionary<int, long> Delays, Dictionary<string, long> Destinations);
