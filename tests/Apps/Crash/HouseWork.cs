using HighPerf.Data;
using HighPerf.Diagnostics;
using HighPerf.Transports;

namespace HighPerf.Apps;

/// <summary>A whole application on a durable queue: one process orders work, another does it and may be killed at any failpoint. The ledger outlives them.</summary>
internal static class HouseWork
{
    private static readonly Lock s_gate = new();
    private static string s_ledger = "";

    /// <summary>Publishes so many messages of every kind; ends when all are accepted.</summary>
    public static async Task<int> OrderAsync(string directory, int count)
    {
        await using var app = HighPerfApplication.Create(hp => Configure(hp, directory).WithoutWorker());
        await app.StartAsync();
        for (var n = 0; n < count; n++)
        {
            await app.Publisher.SendAsync(Plain.Call(n));
            await app.Publisher.SendAsync(Stored.Call(n).IgnoreResult());
            await app.Publisher.SendAsync(Flaky.Call(n));
            await app.Publisher.SendAsync(Hopeless.Call(n));
            await app.Publisher.PublishAsync(new Happened(n));
        }

        await app.StopAsync();
        return 0;
    }

    /// <summary>Does what is in the queue; ends when nothing is left.</summary>
    public static async Task<int> WorkAsync(string directory, string ledger)
    {
        s_ledger = ledger;
        EmbeddedTransport? broker = null;
        await using var app = HighPerfApplication.Create(hp =>
        {
            Configure(hp, directory, transport => broker = transport);
            hp.AddSink("ledger", static _ => new LedgerSink());
            hp.Results<Stored>().ToSinks("ledger");
            hp.AddWorker(static worker =>
            {
                (worker.Concurrency, worker.CpuConcurrency) = (8, 1);
                worker.Lease = TimeSpan.FromSeconds(1);
                worker.DrainTimeout = TimeSpan.Zero;
                worker.Retry = new RetryPolicy { MaxAttempts = 2, Immediate = 0, Backoff = TimeSpan.FromMilliseconds(50) };
            });
        });
        await app.StartAsync();
        var hanging = Failpoint.Description?.Contains("(hang", StringComparison.Ordinal) == true ? 1 : 0;
        while (await broker!.GetLengthAsync("default", CancellationToken.None) is var length && (length.Ready + length.Delayed > 0 || length.InFlight > hanging))
        {
            await Task.Delay(20);
        }

        Note("dead", (await broker.BrowseDeadLettersAsync("default", 1000, CancellationToken.None)).Count);

        // What hangs is not waited for.
        Environment.Exit(0);
        return 0;
    }

    public static void Note(string what, int n)
    {
        lock (s_gate)
        {
            // One write: it is in the operating system's hands when it returns, whatever becomes of this process.
            using var file = new FileStream(s_ledger, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{what} {n}\n"));
        }
    }

    private static HighPerfBuilder Configure(HighPerfBuilder hp, string directory, Action<EmbeddedTransport>? created = null)
        => hp.AddTransport("embedded", services =>
        {
            var transport = new EmbeddedTransport("embedded", new EmbeddedTransportOptions { Path = directory, Durability = DurabilityLevel.Process });
            created?.Invoke(transport);
            return transport;
        });

    private sealed class LedgerSink() : Sink("ledger")
    {
        public override ValueTask StartAsync(CancellationToken cancellationToken) => default;

        public override ValueTask WriteAsync(SinkRecord record, CancellationToken cancellationToken)
        {
            Note("stored", BitConverter.ToInt32(record.Body.Span));
            return default;
        }
    }
}

[Task]
internal sealed partial class Plain
{
    public static void Run(int n) => HouseWork.Note("plain", n);
}

[Task]
internal sealed partial class Stored
{
    public static int Run(int n)
    {
        HouseWork.Note("ran", n);
        return n;
    }
}

[Task]
internal sealed partial class Flaky
{
    public static void Run(TaskContext context, int n)
    {
        if (context.Attempt == 1)
        {
            throw new InvalidOperationException("The first attempt fails.");
        }

        HouseWork.Note("flaky", n);
    }
}

[Task]
internal sealed partial class Hopeless
{
    public static void Run(int n) => throw new InvalidOperationException($"{n} is hopeless.");
}

[Event]
internal sealed partial record Happened(int N);

[Task, Subscribe<Happened>]
internal sealed partial class HearOnce
{
    public static void Run(Happened happened) => HouseWork.Note("heard", happened.N);
}

[Task, Subscribe<Happened>]
internal sealed partial class HearTwice
{
    public static void Run(Happened happened) => HouseWork.Note("heard-too", happened.N);
}
