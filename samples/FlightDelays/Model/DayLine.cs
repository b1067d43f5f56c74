namespace HighPerf.Samples.FlightDelays;

/// <summary>A line of days.jsonl.</summary>
/// <param name="Date">The file's name without its extension.</param>
/// <param name="Flights">Rows that could be read.</param>
/// <param name="MeanDelay">Minutes, 2 decimals; null without flights.</param>
/// <param name="WorstOrigin">Highest mean delay among origins with at least 5 flights that day; null without one.</param>
[Document]
public sealed partial record DayLine(string Date, long Flights, double? MeanDelay, string? WorstOrigin);
