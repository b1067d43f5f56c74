using System.Buffers;
using System.Globalization;
using System.Text;
using HighPerf.Transports;

namespace HighPerf.Apps;

/// <summary>Publishes and acknowledges until it is killed. A line of the ledger is written before an acknowledgement and after everything else.</summary>
internal static class EmbeddedWork
{
    private const int Publishers = 8;

    public static async Task<int> RunAsync(string directory, int first)
    {
        var transport = new EmbeddedTransport("embedded", new EmbeddedTransportOptions { Path = directory, SegmentBytes = 256 * 1024, Capacity = 500 });
        await transport.StartAsync(CancellationToken.None);
        Say("started");
        var next = first - 1;
        var publishing = Enumerable.Range(0, Publishers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var id = Interlocked.Increment(ref next);
                var buffer = transport.Rent();
                buffer.Write(Encoding.UTF8.GetBytes(id.ToString(CultureInfo.InvariantCulture)));
                buffer.Write(new byte[id % 300]);
                var outcome = await transport.PublishAsync(transport.GetDestination("work"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), OrderingKey = id % 5 == 0 ? "key" : null }, default);
                Say((outcome.IsAccepted ? "accepted " : "rejected ") + id.ToString(CultureInfo.InvariantCulture));
            }
        }));
        var consuming = Task.Run(async () =>
        {
            var signal = new Signal();
            var receiver = await transport.OpenReceiverAsync("work", new ReceiverOptions { Prefetch = 32 }, signal, default);
            var burst = new Delivery[16];
            while (true)
            {
                var count = receiver.TryReceive(burst);
                if (count == 0)
                {
                    await signal.Ready.WaitAsync();
                }

                var settling = new List<Task>();
                foreach (var delivery in burst.AsSpan(0, count))
                {
                    var id = Encoding.UTF8.GetString(delivery.Bytes.ToArray()).TrimEnd('\0');
                    settling.Add(id[^1] == '7' && delivery.DeliveryCount == 1 ? receiver.ReleaseAsync(delivery.Token, TimeSpan.FromMilliseconds(20)).AsTask() : Acknowledge(receiver, delivery.Token, id));
                }

                await Task.WhenAll(settling);
            }
        });
        await Task.WhenAll([consuming, .. publishing]);
        return 0;
    }

    /// <summary>A client that takes messages and does not settle them.</summary>
    public static async Task<int> HoldAsync(string socket, int count)
    {
        var transport = new EmbeddedClientTransport("client", socket);
        await transport.StartAsync(CancellationToken.None);
        var signal = new Signal();
        var receiver = await transport.OpenReceiverAsync("work", new ReceiverOptions(), signal, default);
        var burst = new Delivery[count];
        for (var held = 0; held < count;)
        {
            var received = receiver.TryReceive(burst.AsSpan(held));
            held += received;
            if (received == 0)
            {
                await signal.Ready.WaitAsync();
            }
        }

        Say("holding " + string.Join(' ', burst.Select(static delivery => Encoding.UTF8.GetString(delivery.Bytes.ToArray()))));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static async Task Acknowledge(Receiver receiver, long token, string id)
    {
        Say("acknowledging " + id);
        if (await receiver.AcknowledgeAsync(token))
        {
            Say("acknowledged " + id);
        }
    }

    private static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    private sealed class Signal : ReceiveSignal
    {
        public SemaphoreSlim Ready { get; } = new(0);

        public override void OnReady() => Ready.Release();
    }
}
