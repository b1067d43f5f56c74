namespace HighPerf.Samples.FlightDelays;

/// <summary>A broker that is away comes back: what it did not take is sent again. Executed twice it has the same result.</summary>
internal static class Patience
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <exception cref="PublishException">The broker has not taken it for ten minutes.</exception>
    public static async ValueTask<T> CallAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (PublishException) when (TimeProvider.System.GetElapsedTime(started) < s_limit)
            {
                await Task.Delay(s_pause, cancellationToken);
            }
        }
    }
}
