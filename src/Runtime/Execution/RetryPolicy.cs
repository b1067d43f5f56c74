namespace HighPerf;

/// <summary>
/// When a failed attempt is made again: first at once, then after delays that grow and are jittered, never without a limit. The n-th delay is drawn evenly between
/// (1 − <see cref="Jitter"/>) and 1 times <c>Backoff · Factor^(n−1)</c>, at most <see cref="MaxBackoff"/>.
/// </summary>
public sealed record RetryPolicy
{
    /// <summary>Attempts in all, the first one included; 5 by default. 1 means no retry.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>How many of the retries are made at once, in the same slot; 1 by default.</summary>
    public int Immediate { get; init; } = 1;

    /// <summary>First delay; 1 s by default.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Growth from delay to delay; 2 by default.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>Longest delay; 5 min by default.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of a delay that is random, 0 to 1; 0.5 by default.</summary>
    public double Jitter { get; init; } = 0.5;

    /// <summary>The default policy.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>The delay after a number of failed attempts; zero while the immediate retries last.</summary>
    /// <param name="failures">Failed attempts so far, at least 1.</param>
    public TimeSpan DelayAfter(int failures)
    {
        if (failures <= Immediate)
        {
            return TimeSpan.Zero;
        }

        // The power may be infinite, and no number times zero.
        var grown = Backoff == TimeSpan.Zero ? 0 : Backoff.TotalMilliseconds * Math.Pow(Factor, failures - Immediate - 1);
        var capped = Math.Min(grown, MaxBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(capped * (1 - (Jitter * Random.Shared.NextDouble())));
    }

    internal IEnumerable<string> Validate(string path)
    {
        if (MaxAttempts is < 1 or > ushort.MaxValue)
        {
            yield return $"{path}.MaxAttempts is {MaxAttempts}; set 1 to {ushort.MaxValue}.";
        }

        if (Immediate is < 0 or > 100)
        {
            yield return $"{path}.Immediate is {Immediate}; set 0 to 100.";
        }

        if (Backoff < TimeSpan.Zero || MaxBackoff < Backoff)
        {
            yield return $"{path}.Backoff is {Backoff} and {path}.MaxBackoff is {MaxBackoff}; set 0 ≤ Backoff ≤ MaxBackoff.";
        }

        if (Factor < 1 || double.IsNaN(Factor))
        {
            yield return $"{path}.Factor is {Factor}; set at least 1.";
        }

        if (Jitter is < 0 or > 1 || double.IsNaN(Jitter))
        {
            yield return $"{path}.Jitter is {Jitter}; set 0 to 1.";
        }
    }
}
