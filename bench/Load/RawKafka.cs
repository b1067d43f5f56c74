#if KAFKA
using Confluent.Kafka;

namespace HighPerf.Load;

/// <summary>Confluent.Kafka alone: an idempotent producer with delivery reports, a consumer of a group that commits where a window ends.</summary>
internal sealed class RawKafka(string address) : RawLoop
{
    private readonly string _topic = "raw-" + Guid.NewGuid().ToString("N");
    private readonly string _servers = address["kafka://".Length..].Split('?')[0];
    private IProducer<Null, byte[]> _producer = null!;
    private IConsumer<Null, byte[]> _consumer = null!;

    public override async Task OpenAsync()
    {
        _producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = _servers, EnableIdempotence = true, LingerMs = 1 }).Build();

        // The topic is there when it has a message.
        await _producer.ProduceAsync(_topic, new Message<Null, byte[]> { Value = [0] });
        var config = new ConsumerConfig
        {
            BootstrapServers = _servers,
            GroupId = _topic,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            FetchWaitMaxMs = 10,
        };
        _consumer = new ConsumerBuilder<Null, byte[]>(config).Build();
        _consumer.Subscribe(_topic);
        await Task.Run(() => _consumer.Commit(_consumer.Consume()));
    }

    public override async Task PublishAsync(int count, int payload, int window)
    {
        using var room = new SemaphoreSlim(window);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (body, left) = (new byte[payload], count);
        for (var i = 0; i < count; i++)
        {
            await room.WaitAsync();
            _producer.Produce(_topic, new Message<Null, byte[]> { Value = body }, report =>
            {
                if (report.Error.IsError)
                {
                    done.TrySetException(new InvalidOperationException(report.Error.Reason));
                }

                room.Release();
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.TrySetResult();
                }
            });
        }

        await done.Task;
    }

    public override Task DrainAsync(int count, int window) => Task.Run(() =>
    {
        var offsets = new Dictionary<TopicPartition, TopicPartitionOffset>();
        for (var i = 1; i <= count; i++)
        {
            var result = _consumer.Consume();
            offsets[result.TopicPartition] = new TopicPartitionOffset(result.TopicPartition, result.Offset + 1);
            if (i % window == 0 || i == count)
            {
                _consumer.Commit(offsets.Values);
                offsets.Clear();
            }
        }
    });

    public override async ValueTask DisposeAsync()
    {
        await Task.Run(_consumer.Close);
        _consumer.Dispose();
        _producer.Dispose();
    }
}
#endif
