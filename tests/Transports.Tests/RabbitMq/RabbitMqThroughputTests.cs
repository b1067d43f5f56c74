using System.Diagnostics;
using HighPerf.TestKit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit.Abstractions;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>What the transport costs over a loop of the client library that does the same: a quorum queue, persistent, mandatory, confirmed, a window of a thousand; acknowledged drain.</summary>
public sealed class RabbitMqThroughputTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Count = 20_000;
    private const int Window = 1_000;

    private readonly string _queue = "load-" + Guid.NewGuid().ToString("N");
    private readonly byte[] _body = new byte[200];

    [Fact]
    public async Task IsNearARawLoop()
    {
        var address = (await RabbitMqFixture.Host).Address;
        await using var transport = new RabbitMqTransport("rabbit", address);
        await transport.StartAsync(CancellationToken.None);
        await transport.GetLengthAsync(_queue, CancellationToken.None);
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        for (var round = 0; round < 2; round++)
        {
            var rawPublish = await MeasureAsync(() => PublishRawAsync(connection));
            var rawDrain = await MeasureAsync(() => DrainRawAsync(connection));
            var publish = await MeasureAsync(() => PublishAsync(transport));
            var drain = await MeasureAsync(() => DrainAsync(transport));
            output.WriteLine($"publish {publish:N0}/s, raw {rawPublish:N0}/s; drain {drain:N0}/s, raw {rawDrain:N0}/s");
            if (round == 1)
            {
                // Wide bounds: the machine is shared. A round trip per message would be far below.
                Assert.True(publish > rawPublish / 10, $"publish {publish:N0}/s, raw {rawPublish:N0}/s");
                Assert.True(drain > rawDrain / 10, $"drain {drain:N0}/s, raw {rawDrain:N0}/s");
            }
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await RabbitMqFixture.DeleteAsync((await RabbitMqFixture.Host).Address, [_queue]);

    private static async Task<double> MeasureAsync(Func<Task> run)
    {
        var time = Stopwatch.StartNew();
        await run().WaitAsync(TimeSpan.FromMinutes(2));
        return Count / time.Elapsed.TotalSeconds;
    }

    private async Task PublishRawAsync(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        using var window = new SemaphoreSlim(Window);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var confirmed = 0ul;
        channel.BasicAcksAsync += (_, ack) =>
        {
            var before = confirmed;
            confirmed = ack.Multiple ? Math.Max(confirmed, ack.DeliveryTag) : confirmed + 1;
            if (confirmed > before)
            {
                window.Release((int)(confirmed - before));
            }

            if (confirmed >= Count)
            {
                done.TrySetResult();
            }

            return Task.CompletedTask;
        };
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        for (var i = 0; i < Count; i++)
        {
            await window.WaitAsync();
            properties.MessageId = Guid.NewGuid().ToString();
            await channel.BasicPublishAsync("", _queue, mandatory: true, properties, _body);
        }

        await done.Task;
    }

    private async Task DrainRawAsync(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 256, global: false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            _ = delivery.Body.ToArray();
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            if (delivery.DeliveryTag == Count)
            {
                done.TrySetResult();
            }
        };
        await channel.BasicConsumeAsync(_queue, autoAck: false, consumer);
        await done.Task;

        // An answer after the last acknowledgement.
        await channel.MessageCountAsync(_queue);
    }

    private async Task PublishAsync(RabbitMqTransport transport)
    {
        var destination = transport.GetDestination(_queue);
        var outcomes = new Queue<ValueTask<PublishOutcome>>(Window);
        for (var i = 0; i < Count; i++)
        {
            if (outcomes.Count == Window)
            {
                Assert.True((await outcomes.Dequeue()).IsAccepted);
            }

            var buffer = transport.Rent();
            buffer.Write(_body);
            outcomes.Enqueue(transport.PublishAsync(destination, new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None));
        }

        while (outcomes.TryDequeue(out var outcome))
        {
            Assert.True((await outcome).IsAccepted);
        }
    }

    private async Task DrainAsync(RabbitMqTransport transport)
    {
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue, 256);
        var burst = new Delivery[64];
        for (var left = Count; left > 0;)
        {
            var count = consumer.Receiver.TryReceive(burst);
            for (var i = 0; i < count; i++)
            {
                Assert.True(await consumer.Receiver.AcknowledgeAsync(burst[i].Token));
            }

            left -= count;
            if (count == 0 && left > 0)
            {
                Assert.True(await consumer.Signal.WaitAsync(Wait.Patience));
            }
        }
    }
}
