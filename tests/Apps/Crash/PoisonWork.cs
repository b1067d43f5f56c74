using System.Diagnostics;
using System.Text;
using HighPerf.Transports;

namespace HighPerf.Apps;

/// <summary>Tasks that are of no good to anybody, among others that were only near: who is left in the end?</summary>
internal static class PoisonWork
{
    private static readonly string[] s_poisons = [nameof(Deadly), nameof(Exiting), nameof(Leaking), nameof(Hanging), nameof(Throwing)];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The poisonous ones first, then their neighbours.</summary>
    public static async Task<int> OrderAsync(string broker, string[] kinds, int count, string queue)
    {
        await using var app = HighPerfApplication.Create(hp => HouseWork.Configure(hp, broker, queue).WithoutWorker());
        await app.StartAsync();
        foreach (var kind in kinds)
        {
            await (kind switch
            {
                "deadly" => app.Publisher.SendAsync(Deadly.Call(0)),
                "exiting" => app.Publisher.SendAsync(Exiting.Call(0)),
                "leaking" => app.Publisher.SendAsync(Leaking.Call(0)),
                "hanging" => app.Publisher.SendAsync(Hanging.Call(0)),
                "throwing" => app.Publisher.SendAsync(Throwing.Call(0)),
                _ => throw new ArgumentException($"There is no poison '{kind}'.", nameof(kinds)),
            });
        }

        for (var n = 0; n < count; n++)
        {
            await app.Publisher.SendAsync(Neighbour.Call(n));
        }

        await app.StopAsync();
        return 0;
    }

    /// <summary>Works until it dies of them, or until the neighbours are done and the poisonous ones are dead letters.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="state">As for <see cref="HouseWork.UseState"/>.</param>
    /// <param name="poisons">How many poisonous ones there are.</param>
    /// <param name="count">How many neighbours there are.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="ledger">The ledger.</param>
    public static async Task<int> WorkAsync(string broker, string state, int poisons, int count, string queue, string ledger)
    {
        await HouseWork.OpenLedgerAsync(ledger);
        Transport? transport = null;
        await using var app = HighPerfApplication.Create(hp =>
        {
            HouseWork.UseState(HouseWork.Configure(hp, broker, queue, created => transport = created), state);
            hp.AddWorker(static worker =>
            {
                (worker.Concurrency, worker.CpuConcurrency) = (16, 1);
                worker.Lease = TimeSpan.FromSeconds(1);
                worker.DrainTimeout = TimeSpan.Zero;
                worker.Retry = new RetryPolicy { MaxAttempts = 2, Immediate = 0, Backoff = TimeSpan.FromMilliseconds(50) };
            });
        });
        await app.StartAsync();
        var start = Stopwatch.GetTimestamp();
        while (!HouseWork.IsComplete(["neighbour"], count) || (await NamesOfDeadAsync(transport!, queue)).DistinctBy(static name => name.Split(':')[0]).Count() < poisons)
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                Console.Error.WriteLine($"Stuck: {await transport!.GetLengthAsync(queue, CancellationToken.None)}.");
                Environment.Exit(3);
            }

            await Task.Delay(20);
        }

        foreach (var name in await NamesOfDeadAsync(transport!, queue))
        {
            HouseWork.Note(name, 0);
        }

        Environment.Exit(0);
        return 0;
    }

    /// <summary>Task and reason of each dead message. One whose process died between its copy and its acknowledgement is one twice, perhaps with two reasons.</summary>
    private static async Task<IReadOnlyCollection<string>> NamesOfDeadAsync(Transport transport, string queue)
    {
        const int Most = 100;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var letter in await transport.BrowseDeadLettersAsync(queue, Most, CancellationToken.None))
        {
            // The envelope has the task's name in it.
            var name = Array.Find(s_poisons, name => letter.Bytes.Span.IndexOf(Encoding.UTF8.GetBytes(name)) >= 0) ?? "another";
            names.Add($"{name}:{letter.Reason}");
        }

        return names;
    }
}

[Task]
internal sealed partial class Deadly
{
    public static void Run(int n)
    {
        HouseWork.Note("deadly", n);
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}

[Task]
internal sealed partial class Exiting
{
    /// <summary>What a process says of itself that was ended by one of its tasks.</summary>
    public const int Code = 70;

    public static void Run(int n)
    {
        HouseWork.Note("exiting", n);
        Environment.Exit(Code);
    }
}

/// <summary>Takes all memory there is, and keeps it.</summary>
[Task]
internal sealed partial class Leaking
{
    private static readonly List<byte[]> s_kept = [];

    public static void Run(int n)
    {
        HouseWork.Note("leaking", n);
        while (true)
        {
            s_kept.Add(new byte[64 * 1024]);
        }
    }
}

/// <summary>Never returns, and keeps its thread.</summary>
[Task(HardTimeout = "00:00:00.500")]
internal sealed partial class Hanging
{
    public static void Run(int n)
    {
        HouseWork.Note("hanging", n);
        Thread.Sleep(Timeout.Infinite);
    }
}

[Task]
internal sealed partial class Throwing
{
    public static void Run(int n)
    {
        HouseWork.Note("throwing", n);
        throw new InvalidOperationException("It always throws.");
    }
}

[Task]
internal sealed partial class Neighbour
{
    public static async Task RunAsync(int n, CancellationToken cancellationToken)
    {
        await Task.Delay(300, cancellationToken);
        HouseWork.Note("neighbour", n);
    }
}
