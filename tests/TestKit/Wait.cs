using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace HighPerf.TestKit;

/// <summary>Waits for a condition: the one place in the tests that polls.</summary>
public static class Wait
{
    /// <summary>How long a test waits for what must happen; far longer than it takes, so that a busy machine fails no test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">It did not come to hold in time.</exception>
    public static async Task UntilAsync(Func<bool> condition, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(condition))] string? what = null)
        => await UntilAsync(() => new ValueTask<bool>(condition()), timeout, what).ConfigureAwait(false);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">It did not come to hold in time.</exception>
    public static async Task UntilAsync(Func<ValueTask<bool>> condition, TimeSpan? timeout = null, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        var limit = timeout ?? Patience;
        var start = Stopwatch.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                throw new Xunit.Sdk.XunitException($"Did not happen within {limit.TotalSeconds} s: {what}");
            }

            await Task.Delay(2).ConfigureAwait(false);
        }
    }
}
