using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HighPerf.Load;

/// <summary>RabbitMQ.Client alone: a quorum queue, persistent, mandatory, confirmed; consumed and acknowledged one by one.</summary>
internal sealed class RawRabbitMq(string address) : RawLoop
{
    private readonly string _queue = "raw-" + Guid.NewGuid().ToString("N");
    private readonly BasicProperties _properties = new() { DeliveryMode = DeliveryModes.Persistent };
    private IConnection _connection = null!;
    private SemaphoreSlim _window = null!;
    private IChannel _channel = null!;
    private ulong _confirmed;
    private ulong _last;
    private TaskCompletionSource _done = new();

    public override async Task OpenAsync()
    {
        _connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        await _channel.QueueDeclareAsync(_queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        _channel.BasicAcksAsync += OnConfirmed;
    }

    public override async Task PublishAsync(int count, int payload, int window)
    {
        var body = new byte[payload];
        _window = new SemaphoreSlim(window);
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _last = _confirmed + (ulong)count;
        for (var i = 0; i < count; i++)
        {
            await _window.WaitAsync();
            _properties.MessageId = Guid.NewGuid().ToString();
            await _channel.BasicPublishAsync("", _queue, mandatory: true, _properties, body);
        }

        await _done.Task;
    }

    public override async Task DrainAsync(int count, int window)
    {
        await using var channel = await _connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, (ushort)(2 * window), global: false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var taken = 0;
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            // What comes beyond that goes back with the channel.
            if (++taken <= count)
            {
                _ = delivery.Body.ToArray();
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
                if (taken == count)
                {
                    done.TrySetResult();
                }
            }
        };
        var tag = await channel.BasicConsumeAsync(_queue, autoAck: false, consumer);
        await done.Task;
        await channel.BasicCancelAsync(tag);

        // An answer after the last acknowledgement.
        await channel.MessageCountAsync(_queue);
    }

    public override async ValueTask DisposeAsync()
    {
        await _channel.QueueDeleteAsync(_queue);
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private Task OnConfirmed(object sender, BasicAckEventArgs ack)
    {
        var before = _confirmed;
        _confirmed = ack.Multiple ? Math.Max(_confirmed, ack.DeliveryTag) : _confirmed + 1;
        if (_confirmed > before)
        {
            _window.Release((int)(_confirmed - before));
        }

        if (_confirmed >= _last)
        {
            _done.TrySetResult();
        }

        return Task.CompletedTask;
    }
}
