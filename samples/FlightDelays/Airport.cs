namespace HighPerf.Samples.FlightDelays;

/// <summary>What the airports file says of an airport; null where its row is too short.</summary>
internal sealed record Airport(string? Name, string? City, string? State);
