using System.Diagnostics;
using System.Globalization;

namespace HighPerf.Benchmarks.Quick;

/// <summary>
/// A table in half a minute, to tune with. Rounds go through all operations in turn, so that a busy machine slows all of them down and the ratios hold; the best
/// round and the middle one are shown. Bytes are those of the whole process over <see cref="AllocationMessages"/> operations.
/// </summary>
internal sealed class QuickRun(IReadOnlyList<Operation> operations, int rounds, Func<string, string> baselineOf)
{
    private const int AllocationMessages = 1_000_000;

    public void Run()
    {
        var times = operations.Select(_ => new double[rounds]).ToArray();
        foreach (var operation in operations)
        {
            Wait(operation.StartAsync());
        }

        // Tier 1 needs 30 calls, some time in the background, and a second round for what was instrumented.
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            foreach (var operation in operations)
            {
                Wait(operation.RunAsync(operation.Batch));
            }

            Thread.Sleep(150);
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < operations.Count; i++)
            {
                var started = Stopwatch.GetTimestamp();
                Wait(operations[i].RunAsync(operations[i].Batch));
                times[i][round] = Stopwatch.GetElapsedTime(started).TotalNanoseconds / operations[i].Batch;
            }
        }

        Array.ForEach(times, Array.Sort);

        var byName = operations.Zip(times).ToDictionary(static pair => pair.First.Name, static pair => pair.Second);
        var middle = rounds / 2;
        Write($"{rounds} interleaved rounds, {Environment.ProcessorCount} processors, .NET {Environment.Version}; x: throughput relative to the operation named");
        Write($"{"operation",-36} {"best ns",9} {"median ns",9} {"best ops/s",12} {"x best",7} {"x median",8} {"B/op",9}  relative to");
        for (var i = 0; i < operations.Count; i++)
        {
            var (best, median) = (times[i][0], times[i][middle]);
            var bytes = BytesPerOperation(operations[i], best);
            var baseline = baselineOf(operations[i].Name);
            var reference = byName[baseline];
            Write($"{operations[i].Name,-36} {best,9:F1} {median,9:F1} {1e9 / best,12:N0} {reference[0] / best,7:F2} {reference[middle] / median,8:F2} {bytes,9:F2}  {baseline}");
        }

        foreach (var operation in operations)
        {
            Wait(operation.DisposeAsync());
        }
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double BytesPerOperation(Operation operation, double nanoseconds)
    {
        // Not more than about three seconds for what is slow by nature.
        var count = (int)Math.Min(AllocationMessages, Math.Max(operation.Batch, 3e9 / nanoseconds));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Wait(operation.RunAsync(count));
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / count;
    }

    // From the main thread, which is no pool thread: it is the producer's own thread until back-pressure makes it wait.
    private static void Wait(ValueTask run)
    {
        if (!run.IsCompleted)
        {
            run.AsTask().GetAwaiter().GetResult();
        }
        else
        {
            run.GetAwaiter().GetResult();
        }
    }
}
