using System.Net;
using System.Net.Sockets;
using HighPerf.TestKit;
using HighPerf.TestKit.Chaos;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>Connections that end in the middle of a frame, which the client library reads again and again for ever, and tells nobody.</summary>
public sealed class RabbitMqLinkTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task In_the_handshake_it_is_given_up_and_tried_again_and_disposing_ends()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var ending = new CancellationTokenSource();
        var accepted = 0;
        var serving = Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                using var client = await listener.AcceptTcpClientAsync(ending.Token);
                Interlocked.Increment(ref accepted);

                // A method frame of 1,000 bytes, of which 20 come.
                await client.GetStream().WriteAsync((byte[])[1, 0, 0, 0, 0, 3, 232, .. new byte[20]], ending.Token);
            }
        });
        var options = new RabbitMqTransportOptions { CallTimeout = s_second, StartTimeout = s_second * 12, ReconnectLongest = s_second };
        var transport = new RabbitMqTransport("rabbit", $"amqp://guest:guest@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", options);
        await Assert.ThrowsAsync<HighPerfException>(() => transport.StartAsync(default).AsTask().WaitAsync(Wait.Patience));
        Assert.True(Volatile.Read(ref accepted) > 2, $"{accepted} connections: it is not tried again.");
        await transport.DisposeAsync().AsTask().WaitAsync(Wait.Patience);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Fact]
    public async Task Later_it_is_noticed_before_the_heartbeats_do()
    {
        await using var fixture = new RabbitMqFixture();
        await using var proxy = ChaosProxy.Start(fixture.Server);
        var options = new RabbitMqTransportOptions { Heartbeat = TimeSpan.FromMinutes(5), ReconnectLongest = s_second };
        await using var transport = new RabbitMqTransport("rabbit", $"amqp://guest:guest@{proxy.EndPoint}", options, pool: fixture.Buffers.Pool);
        await transport.StartAsync(default);
        var queue = fixture.NewQueue();
        await using var consumer = await TestConsumer.OpenAsync(transport, queue);
        var connections = proxy.Accepted;
        proxy.ToClient.TruncateAfter = 100;
        await PublishAsync(transport, queue, new string('x', 5_000));
        await Wait.UntilAsync(() => proxy.Accepted > connections);
        proxy.Heal();
        await Wait.UntilAsync(async () => (await PublishAsync(transport, queue, "after")).IsAccepted);
        for (var text = ""; text != "after";)
        {
            var delivery = await consumer.ReceiveAsync();
            text = TestConsumer.Text(in delivery);
            await consumer.Receiver.AcknowledgeAsync(delivery.Token);
        }
    }

    private static ValueTask<PublishOutcome> PublishAsync(Transport transport, string queue, string text)
    {
        var buffer = transport.Rent();
        buffer.Write(System.Text.Encoding.ASCII.GetBytes(text));
        return transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default);
    }
}
