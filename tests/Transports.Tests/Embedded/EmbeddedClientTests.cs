using System.Diagnostics;
using System.Net.Sockets;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>A broker that several processes share: clients that die, brokers that come back, strangers.</summary>
public sealed class EmbeddedClientTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
    private EmbeddedTransport _broker = null!;

    private string SocketFile => Path.Combine(_directory, "s");

    public Task InitializeAsync() => StartBrokerAsync();

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_a_killed_worker_had_is_with_another_one_at_once_and_counted()
    {
        await using var client = await ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            await PublishAsync(client, "m" + i);
        }

        using var worker = Crash("client-hold", SocketFile, "3");
        Assert.Equal("holding m0 m1 m2", await worker.StandardOutput.ReadLineAsync());
        await using var consumer = await TestConsumer.OpenAsync(client, "work");
        worker.Kill();
        var start = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(async () => (await client.GetLengthAsync("work", default)).InFlight == 0);

        // Long before any lease is over. The contract's 2 s are for a machine that is not shared.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15));
        var deliveries = await consumer.ReceiveAsync(5);
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], Place.Texts(deliveries));
        Assert.Equal([2, 2, 2, 1, 1], Array.ConvertAll(deliveries, static delivery => delivery.DeliveryCount));
    }

    [Fact]
    public async Task A_client_goes_on_with_a_broker_that_has_come_back()
    {
        await using var client = await ConnectAsync();
        await PublishAsync(client, "before");
        await PublishAsync(client, "before 2");
        await using var consumer = await TestConsumer.OpenAsync(client, "work");
        var lost = await consumer.ReceiveAsync();
        _ = await consumer.ReceiveAsync();
        await _broker.DisposeAsync();
        await Wait.UntilAsync(() => consumer.Signal.Lost.Count == 2);
        Assert.False(await consumer.Receiver.AcknowledgeAsync(lost.Token));
        var outcome = await TryPublishAsync(client, "during");
        Assert.NotEqual(PublishStatus.Accepted, outcome.Status);
        Assert.Contains(SocketFile, outcome.Reason, StringComparison.Ordinal);
        await StartBrokerAsync();
        await Wait.UntilAsync(async () => (await TryPublishAsync(client, "after")).IsAccepted);
        var again = await consumer.ReceiveAsync(3);
        Assert.Equal(["before", "before 2", "after"], Place.Texts(again));
        foreach (var delivery in again)
        {
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }

    [Fact]
    public async Task Nobody_else_may_connect_and_no_more_than_so_many()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketFile));
        }

        await using var first = await ConnectAsync();
        await using var second = await ConnectAsync();

        // Four are the most, and a client has two.
        await using var third = new EmbeddedClientTransport("third", SocketFile);
        using var soon = new CancellationTokenSource(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await third.StartAsync(soon.Token));
        await PublishAsync(first, "still served");
    }

    [Fact]
    public async Task Garbage_ends_its_own_connection_and_nothing_else()
    {
        await using var client = await ConnectAsync();
        var random = new Random(4);
        for (var i = 0; i < 50; i++)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile));
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // Greeted properly, then a frame of any kind with anything in it.
                await socket.SendAsync(new byte[] { 6, 0, 0, 0, 1, 0x48, 0x50, 0x42, 0x31, 1 });
                var frame = new byte[5 + bytes.Length];
                BitConverter.TryWriteBytes(frame, 1 + bytes.Length);
                frame[4] = (byte)random.Next(1, 20);
                bytes.CopyTo(frame, 5);
                bytes = frame;
            }

            try
            {
                await socket.SendAsync(bytes);
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(new byte[4096]) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Reset: it was closed before all was read.
            }
        }

        await PublishAsync(client, "still served");
    }

    [Fact]
    public async Task A_client_that_has_enough_bytes_is_not_given_more_until_it_settles()
    {
        await using var client = await ConnectAsync();
        for (var i = 0; i < 6; i++)
        {
            await PublishAsync(client, i + new string('x', 1000));
        }

        // The broker allows 2,500 bytes, and stops at the first one above.
        await using var consumer = await TestConsumer.OpenAsync(client, "work");
        var held = new List<Delivery>();
        for (var i = 0; i < 3; i++)
        {
            held.Add(await consumer.ReceiveAsync());
        }

        Assert.Empty(consumer.TryReceive(1));
        await Task.Delay(200);
        Assert.Empty(consumer.TryReceive(1));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(held[0].Token));
        _ = await consumer.ReceiveAsync();
    }

    [Fact]
    public async Task A_second_broker_does_not_take_the_socket_of_the_first()
    {
        var second = new EmbeddedTransport("second", new EmbeddedTransportOptions { Path = Path.Combine(_directory, "other"), Socket = SocketFile });
        var error = await Assert.ThrowsAsync<HighPerfException>(async () => await second.StartAsync(CancellationToken.None));
        Assert.Contains(SocketFile, error.Message, StringComparison.Ordinal);
        await second.DisposeAsync();
        await using var client = await ConnectAsync();
        await PublishAsync(client, "still served");
    }

    [Fact]
    public void A_socket_s_path_that_the_system_does_not_take_is_refused_with_the_reason()
        => Assert.Contains("107", Assert.Throws<HighPerfException>(static () => new EmbeddedClientTransport("c", "/tmp/" + new string('x', 120))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Many_clients_lose_nothing()
    {
        await using var left = await ConnectAsync();
        await using var right = await ConnectAsync();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        const int Count = 2000;
        var publishing = new[] { left, right }.Select((client, c) => Task.Run(async () =>
        {
            var outcomes = new List<Task<PublishOutcome>>();
            for (var i = 0; i < Count; i++)
            {
                outcomes.Add(TryPublishAsync(client, $"{c}.{i}"));
            }

            Assert.All(await Task.WhenAll(outcomes), static outcome => Assert.True(outcome.IsAccepted, outcome.Reason));
        }));
        var consuming = new[] { left, right }.Select(client => Task.Run(async () =>
        {
            await using var consumer = await TestConsumer.OpenAsync(client, "work");
            while (seen.Count < 2 * Count)
            {
                var burst = consumer.TryReceive(32);
                await Task.WhenAll(burst.Select(delivery =>
                {
                    seen.AddOrUpdate(TestConsumer.Text(in delivery), 1, static (_, times) => times + 1);
                    return consumer.Receiver.AcknowledgeAsync(delivery.Token).AsTask();
                }));
                if (burst.Length == 0)
                {
                    await consumer.Signal.WaitAsync(TimeSpan.FromMilliseconds(100));
                }
            }
        }));
        await Task.WhenAll(publishing.Concat(consuming)).WaitAsync(Wait.Patience);
        Assert.All(seen.Values, static times => Assert.Equal(1, times));
    }

    private async Task StartBrokerAsync()
    {
        _broker = new EmbeddedTransport("broker", new EmbeddedTransportOptions { Path = Path.Combine(_directory, "queues"), Socket = SocketFile, MaxClients = 4, MaxClientBytes = 2500 });
        await _broker.StartAsync(CancellationToken.None);
    }

    private async Task<EmbeddedClientTransport> ConnectAsync()
    {
        var client = new EmbeddedClientTransport("client", SocketFile, new EmbeddedClientOptions { BrokerTimeout = TimeSpan.FromSeconds(1) });
        await client.StartAsync(CancellationToken.None);
        return client;
    }

    private static async Task<PublishOutcome> TryPublishAsync(EmbeddedClientTransport client, string text)
    {
        var buffer = client.Rent();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return await client.PublishAsync(client.GetDestination("work"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None);
    }

    private static async Task PublishAsync(EmbeddedClientTransport client, string text)
    {
        var outcome = await TryPublishAsync(client, text);
        Assert.True(outcome.IsAccepted, outcome.Reason);
    }

    private static Process Crash(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Apps", "HighPerf.Apps.Crash.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
