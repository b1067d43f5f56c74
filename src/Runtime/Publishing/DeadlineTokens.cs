namespace HighPerf.Publishing;

/// <summary>
/// Tokens that are cancelled one publish time-out after they were handed out, at most one second later: publishes of the same second share one, so that a deadline
/// costs nothing where nothing has to wait.
/// </summary>
internal sealed class DeadlineTokens(TimeSpan timeout, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Second? _current;

    /// <summary>The token of this instant.</summary>
    /// <param name="nowTicks">UTC ticks, to within a few milliseconds.</param>
    public CancellationToken At(long nowTicks)
    {
        var current = Volatile.Read(ref _current);
        return current is not null && current.Has(nowTicks) ? current.Token : Renew(nowTicks);
    }

    private CancellationToken Renew(long nowTicks)
    {
        lock (_gate)
        {
            if (_current is null || !_current.Has(nowTicks))
            {
                // The one before is left to its timer: publishes may still be waiting on it.
                Volatile.Write(ref _current, new Second(nowTicks, new CancellationTokenSource(timeout + TimeSpan.FromSeconds(1), clock)));
            }

            return _current.Token;
        }
    }

    private sealed class Second(long startTicks, CancellationTokenSource source)
    {
        public CancellationToken Token { get; } = source.Token;

        // Unsigned: a wall clock that was set back is of another second, too.
        public bool Has(long ticks) => (ulong)(ticks - startTicks) < TimeSpan.TicksPerSecond;
    }
}
