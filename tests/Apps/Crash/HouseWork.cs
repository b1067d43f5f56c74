using System.Buffers;
using System.Diagnostics;
using System.Text;
using HighPerf.Data;
using HighPerf.Diagnostics;
using HighPerf.Transports;

namespace HighPerf.Apps;

/// <summary>A whole application on a durable queue: one process orders work, another does it and may be killed at any failpoint. The ledger outlives them.</summary>
internal static class HouseWork
{
    /// <summary>What is done of everything that is ordered.</summary>
    public static readonly string[] All = ["plain", "ran", "stored", "flaky", "heard", "heard-too"];

    /// <summary>What is done of what is asked.</summary>
    public static readonly string[] Asked = ["ran", "stored"];

    /// <summary>What is done by workflows.</summary>
    public static readonly string[] Joined = ["joined"];

    private const int ParkedBytes = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly Lock s_gate = new();
    private static readonly HashSet<string> s_done = [];
    private static string s_ledger = "";

    /// <summary>Publishes so many messages of every kind to each queue; ends when all are accepted.</summary>
    public static async Task<int> OrderAsync(string broker, int count, string[] queues)
    {
        foreach (var queue in queues)
        {
            Transport? transport = null;
            await using var app = HighPerfApplication.Create(hp => Configure(hp, broker, queue, created => transport = created).WithoutWorker());
            await app.StartAsync();
            for (var n = 0; n < count; n++)
            {
                await app.Publisher.SendAsync(Plain.Call(n));
                await app.Publisher.SendAsync(Stored.Call(n).IgnoreResult());
                await app.Publisher.SendAsync(Flaky.Call(n));
                await app.Publisher.SendAsync(Hopeless.Call(n));
                await app.Publisher.PublishAsync(new Happened(n));

                // Of a version of the envelope that nobody here knows.
                var buffer = transport!.Rent();
                buffer.Write(OfTomorrow(n));
                var outcome = await transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None);
                if (!outcome.IsAccepted)
                {
                    throw new InvalidOperationException(outcome.ToString());
                }
            }

            await app.StopAsync();
        }

        return 0;
    }

    /// <summary>Calls, and ends when every result is there and right.</summary>
    public static async Task<int> AskAsync(string broker, int count, string queue)
    {
        await using var app = HighPerfApplication.Create(hp => Configure(hp, broker, queue).WithoutWorker());
        await app.StartAsync();
        var calls = Enumerable.Range(0, count).Select(n => app.Publisher.CallAsync(Stored.Call(n)).AsTask()).ToArray();
        var results = await Task.WhenAll(calls).WaitAsync(s_patience);
        return results.SequenceEqual(Enumerable.Range(0, count)) ? 0 : 4;
    }

    /// <summary>Asks for workflows of two parts and what joins them, and ends when every result is there and right.</summary>
    public static async Task<int> AskJoinedAsync(string broker, string state, int count, string queue)
    {
        await using var app = HighPerfApplication.Create(hp => UseState(Configure(hp, broker, queue), state).WithoutWorker());
        await app.StartAsync();
        var calls = Enumerable.Range(0, count).Select(n => app.Publisher.CallAsync(Chord.Of([Part.Call(n), Part.Call(n)], Join.Step(n))).AsTask()).ToArray();
        var results = await Task.WhenAll(calls).WaitAsync(s_patience);
        return results.SequenceEqual(Enumerable.Range(0, count).Select(static n => 2 * n)) ? 0 : 4;
    }

    /// <summary>Does what is in the queue; ends when nothing is left and the ledger says that everything was done.</summary>
    public static async Task<int> WorkAsync(string broker, int count, string queue, string ledger, string[] kinds, string state = "none")
    {
        await OpenLedgerAsync(ledger);
        Transport? transport = null;
        await using var app = HighPerfApplication.Create(hp =>
        {
            UseState(Configure(hp, broker, queue, created => transport = created), state);
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
        var start = Stopwatch.GetTimestamp();
        var isHanging = Failpoint.Description?.Contains("(hang", StringComparison.Ordinal) == true;

        // What hangs is not waited for: it is done by whoever comes next.
        while (!(isHanging || IsComplete(kinds, count)) || !await IsDoneAsync(transport!, queue, isHanging ? 1 : 0, kinds == All && !isHanging ? count : 0))
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                Console.Error.WriteLine($"Stuck: {await transport!.GetLengthAsync(queue, CancellationToken.None)}; not done: {string.Join(", ", Missing(kinds, count))}.");
                Environment.Exit(3);
            }

            await Task.Delay(20);
        }

        Note("dead", (await transport!.BrowseDeadLettersAsync(queue, 1000, CancellationToken.None)).Count);
        if (kinds == All && !isHanging)
        {
            await TakeParkedAsync(transport, queue + ".parked", count);
        }

        Environment.Exit(0);
        return 0;
    }

    /// <summary>What earlier processes did is done.</summary>
    public static async Task OpenLedgerAsync(string ledger)
    {
        s_ledger = ledger;
        if (File.Exists(ledger))
        {
            s_done.UnionWith(await File.ReadAllLinesAsync(ledger));
        }
    }

    public static void Note(string what, int n)
    {
        lock (s_gate)
        {
            // One write: it is in the operating system's hands when it returns, whatever becomes of this process.
            using var file = new FileStream(s_ledger, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            var line = $"{what} {n}";
            file.Write(Encoding.ASCII.GetBytes(line + "\n"));
            s_done.Add(line);
        }
    }

    public static HighPerfBuilder Configure(HighPerfBuilder hp, string broker, string queue, Action<Transport>? created = null)
    {
        hp.DefaultQueue = queue;
        return hp.AddTransport("house", _ =>
        {
            var transport = Broker.Create(broker);
            created?.Invoke(transport);
            return transport;
        });
    }

    /// <summary>The store that processes share: a Redis, or <c>client:</c> and an embedded broker's socket; <c>none</c> for none.</summary>
    public static HighPerfBuilder UseState(HighPerfBuilder hp, string state)
        => state == "none" ? hp : state.StartsWith("client:", StringComparison.Ordinal) ? hp.UseEmbeddedState(state["client:".Length..]) : hp.UseRedisState(state);

    private static async ValueTask<bool> IsDoneAsync(Transport transport, string queue, int hanging, int dead)
        => await transport.GetLengthAsync(queue, CancellationToken.None) is var length
            && Math.Max(length.Ready, 0) + Math.Max(length.Delayed, 0) == 0 && length.InFlight <= hanging
            && (dead == 0 || (await transport.BrowseDeadLettersAsync(queue, dead, CancellationToken.None)).Count == dead);

    public static bool IsComplete(string[] kinds, int count) => !Missing(kinds, count).Any();

    private static string[] Missing(string[] kinds, int count)
    {
        lock (s_gate)
        {
            return [.. kinds.SelectMany(kind => Enumerable.Range(0, count).Select(n => $"{kind} {n}")).Where(line => !s_done.Contains(line))];
        }
    }

    private static byte[] OfTomorrow(int n)
    {
        var bytes = new byte[ParkedBytes];
        new Random(n).NextBytes(bytes);
        (bytes[0], bytes[1]) = (2, (byte)n);
        return bytes;
    }

    private static async Task TakeParkedAsync(Transport transport, string queue, int count)
    {
        using var signal = new Raised();
        await using var receiver = await transport.OpenReceiverAsync(queue, new ReceiverOptions { Prefetch = 64 }, signal, CancellationToken.None);
        var burst = new Delivery[16];
        var seen = new HashSet<int>();
        while (seen.Count < count)
        {
            var received = receiver.TryReceive(burst);
            for (var i = 0; i < received; i++)
            {
                var bytes = burst[i].Bytes.ToArray();
                var n = bytes[1];
                Note(bytes.AsSpan().SequenceEqual(OfTomorrow(n)) ? "parked" : "damaged", n);
                seen.Add(n);
                await receiver.AcknowledgeAsync(burst[i].Token);
            }

            if (received == 0 && !await signal.WaitAsync(s_patience))
            {
                Console.Error.WriteLine($"Only {seen.Count} of {count} are parked.");
                Environment.Exit(3);
            }
        }
    }

    private sealed class Raised : ReceiveSignal, IDisposable
    {
        private readonly SemaphoreSlim _raised = new(0);

        public override void OnReady() => _raised.Release();

        public Task<bool> WaitAsync(TimeSpan patience) => _raised.WaitAsync(patience);

        public void Dispose() => _raised.Dispose();
    }

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
internal sealed partial class Part
{
    public static int Run(int n) => n;
}

[Task]
internal sealed partial class Join
{
    public static int Run(int[] parts, int n)
    {
        HouseWork.Note("joined", n);
        return parts.Sum();
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
