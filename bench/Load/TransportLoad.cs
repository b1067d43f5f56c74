using System.Diagnostics;
using System.Globalization;
using HighPerf.Transports;

namespace HighPerf.Load;

/// <summary>Publishes and drains a queue through the transport and through a raw loop of the same commands, in turns, and prints the medians and their ratio.</summary>
internal static class TransportLoad
{
    private const int Rounds = 5;
    private const int Window = 256;

    public static async Task RunAsync(Transport transport, RawLoop raw, int messages)
    {
        var body = new string('x', 200);
        await transport.StartAsync(default);
        using var signal = new Ready();
        var queue = "load-" + Guid.NewGuid().ToString("N");
        await using var receiver = await transport.OpenReceiverAsync(queue, new ReceiverOptions { Prefetch = 4 * Window }, signal, default);
        var rates = new List<double>[] { [], [], [], [] };
        var allocated = (Publish: 0L, Drain: 0L);
        for (var round = 0; round < Rounds; round++)
        {
            rates[0].Add(Rate(messages, () => raw.Publish(messages, body, Window)));
            var before = GC.GetTotalAllocatedBytes(precise: true);
            rates[1].Add(await RateAsync(messages, () => PublishAsync(transport, queue, messages, body.Length)));
            allocated.Publish = GC.GetTotalAllocatedBytes(precise: true) - before;
            rates[2].Add(Rate(messages, () => raw.Drain(Window)));
            before = GC.GetTotalAllocatedBytes(precise: true);
            rates[3].Add(await RateAsync(messages, () => DrainAsync(receiver, signal, messages)));
            allocated.Drain = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Print("publish", rates[0], rates[1], allocated.Publish / (double)messages);
        Print("drain", rates[2], rates[3], allocated.Drain / (double)messages);
        await LatencyAsync(transport, queue, receiver, signal);
    }

    private static async Task PublishAsync(Transport transport, string queue, int messages, int length)
    {
        var destination = transport.GetDestination(queue);
        var outcomes = new ValueTask<PublishOutcome>[3 * Window];
        for (var sent = 0; sent < messages;)
        {
            var count = Math.Min(outcomes.Length, messages - sent);
            for (var i = 0; i < count; i++)
            {
                var buffer = transport.Rent();
                buffer.GetSpan(length)[..length].Fill((byte)'x');
                buffer.Advance(length);
                outcomes[i] = transport.PublishAsync(destination, new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), Priority = MessagePriority.Normal }, default);
            }

            for (var i = 0; i < count; i++)
            {
                var outcome = await outcomes[i];
                if (!outcome.IsAccepted)
                {
                    throw new InvalidOperationException(outcome.Reason);
                }
            }

            sent += count;
        }
    }

    private static async Task DrainAsync(Receiver receiver, Ready signal, int messages)
    {
        var burst = new Delivery[Window];
        var settlements = new Queue<ValueTask<bool>>();
        for (var drained = 0; drained < messages;)
        {
            var count = receiver.TryReceive(burst);
            for (var i = 0; i < count; i++)
            {
                settlements.Enqueue(receiver.AcknowledgeAsync(burst[i].Token));
            }

            drained += count;
            while (settlements.Count > 2 * Window || (drained == messages && settlements.Count > 0))
            {
                await settlements.Dequeue();
            }

            if (count == 0)
            {
                await signal.WaitAsync();
            }
        }
    }

    private static async Task LatencyAsync(Transport transport, string queue, Receiver receiver, Ready signal)
    {
        const int Count = 2_000;
        var burst = new Delivery[1];
        var times = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            receiver.TryReceive(burst);
            var start = Stopwatch.GetTimestamp();
            var buffer = transport.Rent();
            buffer.Write("ping"u8);
            var publish = transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), Priority = MessagePriority.Normal }, default);
            while (receiver.TryReceive(burst) == 0)
            {
                await signal.WaitAsync();
            }

            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            await publish;
            await receiver.AcknowledgeAsync(burst[0].Token);
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"publish to idle consumer: median {times[Count / 2]:F0} us, p99 {times[Count * 99 / 100]:F0} us"));
    }

    private static void Print(string what, List<double> raw, List<double> ours, double bytes)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-8} {Median(ours):N0}/s; raw loop {Median(raw):N0}/s; ratio {Median(ours) / Median(raw):F2}; {bytes:F1} B allocated per message"));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Rate(int messages, Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> RateAsync(int messages, Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class Ready : ReceiveSignal, IDisposable
    {
        private readonly SemaphoreSlim _semaphore = new(0);

        public override void OnReady() => _semaphore.Release();

        public Task WaitAsync() => _semaphore.WaitAsync();

        public void Dispose() => _semaphore.Dispose();
    }
}
