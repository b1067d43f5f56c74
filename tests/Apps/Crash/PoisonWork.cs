using System.Diagnostics;
using HighPerf.Transports;

namespace HighPerf.Apps;

/// <summary>One task that kills its process, among others that were only near: who is left in the end?</summary>
internal static class PoisonWork
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The deadly one first, then its neighbours.</summary>
    public static async Task<int> OrderAsync(string broker, int count, string queue)
    {
        await using var app = HighPerfApplication.Create(hp => HouseWork.Configure(hp, broker, queue).WithoutWorker());
        await app.StartAsync();
        await app.Publisher.SendAsync(Deadly.Call(0));
        for (var n = 0; n < count; n++)
        {
            await app.Publisher.SendAsync(Neighbour.Call(n));
        }

        await app.StopAsync();
        return 0;
    }

    /// <summary>Works until it dies of it, or until the neighbours are done and the deadly one is a dead letter.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="state">A Redis that processes share as their state store; <c>none</c> for none.</param>
    /// <param name="count">How many neighbours there are.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="ledger">The ledger.</param>
    public static async Task<int> WorkAsync(string broker, string state, int count, string queue, string ledger)
    {
        await HouseWork.OpenLedgerAsync(ledger);
        Transport? transport = null;
        await using var app = HighPerfApplication.Create(hp =>
        {
            HouseWork.Configure(hp, broker, queue, created => transport = created);
            if (state != "none")
            {
                hp.UseRedisState(state);
            }

            hp.AddWorker(static worker =>
            {
                (worker.Concurrency, worker.CpuConcurrency) = (16, 1);
                worker.Lease = TimeSpan.FromSeconds(1);
                worker.DrainTimeout = TimeSpan.Zero;
            });
        });
        await app.StartAsync();
        var start = Stopwatch.GetTimestamp();
        while (!HouseWork.IsComplete(["neighbour"], count) || (await transport!.BrowseDeadLettersAsync(queue, 10, CancellationToken.None)).Count == 0)
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                Console.Error.WriteLine($"Stuck: {await transport!.GetLengthAsync(queue, CancellationToken.None)}.");
                Environment.Exit(3);
            }

            await Task.Delay(20);
        }

        foreach (var letter in await transport.BrowseDeadLettersAsync(queue, 10, CancellationToken.None))
        {
            HouseWork.Note(letter.Reason.ToString(), 0);
        }

        Environment.Exit(0);
        return 0;
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
internal sealed partial class Neighbour
{
    public static async Task RunAsync(int n, CancellationToken cancellationToken)
    {
        await Task.Delay(300, cancellationToken);
        HouseWork.Note("neighbour", n);
    }
}
