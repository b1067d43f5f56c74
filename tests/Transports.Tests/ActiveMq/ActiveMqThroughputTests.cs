using System.Diagnostics;
using System.Globalization;
using System.Text;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using Xunit.Abstractions;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>Against a loop that writes STOMP by hand, on the same broker in the same run: a receipt per message, many outstanding.</summary>
public sealed class ActiveMqThroughputTests(ITestOutputHelper output)
{
    private const int Count = 3_000;

    [Fact]
    public async Task Not_slower_than_a_raw_loop_by_much()
    {
        await using var host = new ActiveMqHost();
        await host.StartAsync();
        await using var transport = new ActiveMqTransport("activemq", host.Address);
        await transport.StartAsync(default);
        var body = new string('x', 200);
        using (var raw = new RawStomp(host.Port))
        {
            await RawPublishAsync(raw, "warm", body, 500);
        }

        await PublishAsync(transport, "warm", body, 500);
        double rawPublish, rawDrain;
        using (var raw = new RawStomp(host.Port))
        {
            rawPublish = await RawPublishAsync(raw, "raw", body, Count);
        }

        var publish = await PublishAsync(transport, "mine", body, Count);
        using (var raw = new RawStomp(host.Port))
        {
            rawDrain = await RawDrainAsync(raw, "raw");
        }

        var drain = await DrainAsync(transport, "mine");
        output.WriteLine($"publish/s: transport {publish:N0}, raw loop {rawPublish:N0}; drain/s: transport {drain:N0}, raw loop {rawDrain:N0}");

        // A machine that is shared: only what is far off is an error.
        Assert.True(publish > rawPublish / 10, $"publish {publish:N0}/s, raw {rawPublish:N0}/s");
        Assert.True(drain > rawDrain / 10, $"drain {drain:N0}/s, raw {rawDrain:N0}/s");
    }

    private static async Task<double> PublishAsync(ActiveMqTransport transport, string queue, string body, int count)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async publisher =>
        {
            for (var i = publisher; i < count; i += 64)
            {
                Assert.True((await Publish.TextAsync(transport, queue, body)).IsAccepted);
            }
        }));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> DrainAsync(ActiveMqTransport transport, string queue)
    {
        var start = Stopwatch.GetTimestamp();
        await using var consumer = await TestConsumer.OpenAsync(transport, queue, prefetch: 256);
        var settlements = new List<Task<bool>>(Count);
        var burst = new Delivery[64];
        while (settlements.Count < Count)
        {
            var count = consumer.Receiver.TryReceive(burst);
            for (var i = 0; i < count; i++)
            {
                settlements.Add(consumer.Receiver.AcknowledgeAsync(burst[i].Token).AsTask());
            }

            Assert.True(count > 0 || await consumer.Signal.WaitAsync(Wait.Patience));
        }

        Assert.All(await Task.WhenAll(settlements), Assert.True);
        return Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> RawPublishAsync(RawStomp raw, string queue, string body, int count)
    {
        const int Window = 64;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count + Window; i++)
        {
            if (i < count)
            {
                await raw.SendAsync(string.Create(CultureInfo.InvariantCulture, $"SEND\ndestination:/queue/{queue}\npersistent:true\nreceipt:{i}\n\n{body}\0"));
            }

            if (i >= Window)
            {
                Assert.StartsWith("RECEIPT", await raw.ReadFrameAsync(), StringComparison.Ordinal);
            }
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> RawDrainAsync(RawStomp raw, string queue)
    {
        var start = Stopwatch.GetTimestamp();
        await raw.SendAsync($"SUBSCRIBE\nid:1\ndestination:/queue/{queue}\nack:client-individual\nactivemq.prefetchSize:256\n\n\0");
        var receipts = 0;
        while (receipts < Count)
        {
            var frame = await raw.ReadFrameAsync();
            if (frame.StartsWith("RECEIPT", StringComparison.Ordinal))
            {
                receipts++;
                continue;
            }

            var ack = frame.Split('\n').First(static line => line.StartsWith("ack:", StringComparison.Ordinal))[4..];
            await raw.SendAsync($"ACK\nid:{ack}\nreceipt:{receipts}\n\n\0");
        }

        return Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
