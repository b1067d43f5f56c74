using System.Diagnostics;
using HighPerf.Benchmarks;

namespace HighPerf.Allocation.Tests;

/// <summary>Bytes that a process allocates for an operation.</summary>
internal static class Measurement
{
    private const int WarmUps = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    // A round may take microseconds, and a test host that starts allocates for longer than seven of those.
    private static readonly TimeSpan s_noiseLasts = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The least of several rounds, of as many as it takes to be within <paramref name="enough"/> bytes: other threads of the test host only ever add. What an operation itself
    /// allocates it allocates in every round, so that going on hides nothing.
    /// </summary>
    public static async Task<double> BytesPerOperationAsync(Operation operation, double enough)
    {
        await operation.StartAsync();
        try
        {
            var count = operation.Batch;
            for (var i = 0; i < WarmUps; i++)
            {
                await RunAsync(operation, count);
            }

            var least = double.MaxValue;
            var started = Stopwatch.GetTimestamp();
            while (least > enough && Stopwatch.GetElapsedTime(started) < s_noiseLasts)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                await RunAsync(operation, count);
                least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / count);
            }

            return least;
        }
        finally
        {
            await operation.DisposeAsync();
        }
    }

    private static Task RunAsync(Operation operation, int count) => Task.Run(() => operation.RunAsync(count).AsTask()).WaitAsync(s_patience);
}
