namespace HighPerf.Transports;

/// <summary>What a queue holds (contract D17); -1 where the broker does not say.</summary>
/// <param name="Ready">Messages that could be delivered now.</param>
/// <param name="Delayed">Messages that wait for their instant.</param>
/// <param name="InFlight">Deliveries that are out.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="OldestReady">Age of the oldest ready message; null when there is none, and where the broker does not say.</param>
public readonly record struct QueueLength(long Ready, long Delayed, long InFlight, long Dead, TimeSpan? OldestReady = null);
