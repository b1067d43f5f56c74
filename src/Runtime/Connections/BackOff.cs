namespace HighPerf.Connections;

/// <summary>Waits between attempts: the bound doubles up to a cap, and each wait is a random part of it (full jitter), so that many clients do not come back at once.</summary>
/// <param name="shortest">The shortest wait.</param>
/// <param name="longest">The cap of the bound.</param>
public struct BackOff(TimeSpan shortest, TimeSpan longest)
{
    private int _attempts;

    /// <summary>Waits since the last success.</summary>
    public readonly int Attempts => _attempts;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Next()
    {
        var bound = Math.Min(longest.TotalSeconds, shortest.TotalSeconds * Math.Pow(2, Math.Min(++_attempts, 30)));
        return TimeSpan.FromSeconds(shortest.TotalSeconds + (Random.Shared.NextDouble() * (bound - shortest.TotalSeconds)));
    }

    /// <summary>It succeeded: the next wait is a short one again.</summary>
    public void Reset() => _attempts = 0;
}
