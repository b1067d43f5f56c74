using HighPerf.Data;
using Microsoft.Extensions.Logging;

namespace HighPerf.Routing;

/// <summary>Writes a result to its sinks, each retried on its own until it is stored. While a sink is down the delivery is kept and its lease renewed (contract D5).</summary>
internal sealed class ResultSinks(TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxHold = TimeSpan.FromMinutes(10);

    /// <summary>Completes when every sink has the record.</summary>
    /// <exception cref="HighPerfException">A sink was down longer than the hold time; the message must be given back.</exception>
    public async ValueTask WriteAsync(Sink[] sinks, SinkRecord record, CancellationToken cancellationToken)
    {
        if (sinks.Length == 1)
        {
            await WriteAsync(sinks[0], record, cancellationToken).ConfigureAwait(false);
            return;
        }

        // Side by side: one that is down keeps no other from its record.
        await Task.WhenAll(sinks.Select(sink => WriteAsync(sink, record, cancellationToken).AsTask())).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(Sink sink, SinkRecord record, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                await sink.WriteAsync(record, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                if (clock.GetElapsedTime(started) > MaxHold)
                {
                    throw new HighPerfException($"Sink {sink.Name} did not take the result of {record.Name} ({record.Id}) for {MaxHold}: {exception.Message}", exception);
                }

                RoutingLog.SinkFailed(logger, sink.Name, record.Name, record.Id, delay, exception);
                await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
