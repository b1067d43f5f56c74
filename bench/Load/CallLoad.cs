using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Load;

/// <summary>
/// Request and reply at a fixed rate between two applications, as two processes have them: one that calls and one that executes. A call's time is from the instant at which it
/// should have been sent, so that one that waits for the others before it is not left out of the account.
/// </summary>
internal static class CallLoad
{
    public static async Task<LoadRow> RunAsync(LoadTarget target, string address, LoadOptions options)
    {
        var (rate, seconds) = options.Quick ? (200, 2) : (500, 6);
        var queue = "calls-" + Guid.NewGuid().ToString("N");

        // Two transports of one broker; the embedded one is in this process, and both have it.
        var isLocal = target.StartBroker is null;
        await using var worker = Create(target, address, queue, executes: true);
        await worker.StartAsync();
        await using var other = isLocal ? null : Create(target, address, queue, executes: false);
        if (other is not null)
        {
            await other.StartAsync();
        }

        var publisher = (other ?? worker).Publisher;
        var body = new byte[100];
        for (var i = 0; i < 200; i++)
        {
            await publisher.CallAsync(Echo.Call(body));
        }

        var count = rate * seconds;
        var times = new double[count];
        var calls = new Task[count];
        var (bytes, cpu, start) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)(i * (double)Stopwatch.Frequency / rate);
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early);
            }

            calls[i] = CallAsync(publisher, body, due, times, i);
        }

        await Task.WhenAll(calls).WaitAsync(TimeSpan.FromMinutes(1));
        var achieved = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)count;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / count * 1e6;
        Array.Sort(times);
        return new LoadRow(target.Name, "call", body.Length, 1, achieved, rate, achieved / rate, allocated, times[count / 2], times[count * 99 / 100], used);
    }

    private static async Task CallAsync(Publisher publisher, byte[] body, long due, double[] times, int index)
    {
        await publisher.CallAsync(Echo.Call(body));
        times[index] = Stopwatch.GetElapsedTime(due).TotalMicroseconds;
    }

    private static HighPerfApplication Create(LoadTarget target, string address, string queue, bool executes) => HighPerfApplication.Create(
        hp =>
        {
            hp.AddTransport("calls", _ => target.CreateTransport("calls", address));
            hp.DefaultQueue = queue;
            if (executes)
            {
                hp.AddWorker();
            }
            else
            {
                hp.WithoutWorker();
            }
        },
        loggers: NullLoggerFactory.Instance);
}
