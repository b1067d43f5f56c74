using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using HighPerf.Transports.Kafka.Native;

namespace HighPerf.Transports.Kafka;

/// <summary>
/// The one thread that talks to the consumer: it never waits for anything but events, so the group sees it alive whatever the tasks do. Messages are read from the partitions' own queues
/// and only when there is room; what is full stays with the library, which then stops fetching.
/// </summary>
internal sealed unsafe partial class QueueIntake
{
    private const int FetchBatch = 128;
    private const int MaxMoves = 256;
    private const int LongestWait = 500;

    /// <summary>Fetched messages of a class that nobody has: at least, and at most.</summary>
    private const int LeastAhead = 64;
    private const int MostAhead = 4_096;

    private static readonly TimeSpan s_tellFullAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _wakeLock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Changed by the loop, under the lock; read by the loop without.
    private readonly List<QueuePartition> _partitions = [];
    private readonly List<QueuePartition> _claimed = [];
    private nint _client;
    private nint _queue;
    private GCHandle _self;
    private int _ahead;
    private volatile bool _isHeldUp;
    private int _closing;

    /// <summary>Lets the loop look at what there is to do.</summary>
    private void Wake()
    {
        lock (_wakeLock)
        {
            if (_queue != 0)
            {
                Librdkafka.rd_kafka_queue_yield(_queue);
            }
        }
    }

    private void WakeForRoom()
    {
        if (_isHeldUp)
        {
            _isHeldUp = false;
            Wake();
        }
    }

    /// <summary>How many may be fetched ahead, by what the receivers take. Under the lock.</summary>
    private void UpdateRoom()
    {
        var prefetch = 0;
        foreach (var receiver in _receivers)
        {
            prefetch += receiver.IsStopped ? 0 : receiver.Prefetch;
        }

        Volatile.Write(ref _ahead, prefetch == 0 ? 0 : Math.Clamp(prefetch * 2, LeastAhead, MostAhead));
    }

    private void Join()
    {
        using var config = _transport.CreateConfig(Queue.Queue);
        var options = _transport.Options;
        config.Set("group.id", Queue.Names.Group);
        if (options.GroupProtocol == KafkaGroupProtocol.Consumer)
        {
            config.Set("group.protocol", "consumer");
        }
        else
        {
            config.Set("partition.assignment.strategy", "cooperative-sticky");
            config.Set("session.timeout.ms", options.SessionTimeout);
            config.Set("heartbeat.interval.ms", options.SessionTimeout / 4);
        }

        if (options.InstanceId is { } instance)
        {
            config.Set("group.instance.id", instance);
        }

        config.Set("enable.auto.commit", "false");
        config.Set("enable.auto.offset.store", "false");
        config.Set("auto.offset.reset", "earliest");
        config.Set("allow.auto.create.topics", _transport.ManagesTopics ? "false" : "true");
        config.Set("fetch.wait.max.ms", options.FetchWait);
        config.Set("fetch.queue.backoff.ms", 10);
        config.Set("queued.min.messages", 10_000);
        config.Set("queued.max.messages.kbytes", 16 * 1024);
        config.Set("fetch.message.max.bytes", options.MaxMessageBytes + KafkaTransport.Overhead);
        _transport.Override(config);
        _client = config.Build(Librdkafka.Consumer, Librdkafka.EventRebalance | Librdkafka.EventCommit);
        _self = GCHandle.Alloc(this);
        _ = Librdkafka.rd_kafka_poll_set_consumer(_client);
        _queue = Librdkafka.rd_kafka_queue_get_consumer(_client);
        _ = Librdkafka.rd_kafka_set_log_queue(_client, 0);
        var topics = Librdkafka.rd_kafka_topic_partition_list_new(Queue.Names.Topics.Count);
        foreach (var topic in Queue.Names.Topics)
        {
            Librdkafka.rd_kafka_topic_partition_list_add(topics, topic, Librdkafka.AnyPartition);
        }

        var error = Librdkafka.rd_kafka_subscribe(_client, topics);
        Librdkafka.rd_kafka_topic_partition_list_destroy(topics);
        var thread = new Thread(Run) { IsBackground = true, Name = $"HighPerf {Queue}" };
        thread.Start();
        if (error != KafkaError.None)
        {
            KafkaLog.ClientError(Logger, Queue.ToString(), Librdkafka.Describe(error), error);
        }
    }

    private void Run()
    {
        var wait = 0;
        while (!IsClosed())
        {
            try
            {
                wait = Turn(wait);
                RaiseMarked();
            }
#pragma warning disable CA1031 // Without this thread nobody is told anything more.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                wait = LongestWait;
                KafkaLog.LoopFailed(Logger, Queue.ToString(), exception);
            }
        }

        Free();
        _ended.SetResult();
    }

    private int Turn(int wait)
    {
        var @event = Librdkafka.rd_kafka_queue_poll(_queue, wait);
        while (@event != 0)
        {
            try
            {
                OnEvent(@event);
            }
            finally
            {
                Librdkafka.rd_kafka_event_destroy(@event);
            }

            @event = Librdkafka.rd_kafka_queue_poll(_queue, 0);
        }

        return Step();
    }

    /// <summary>Does all there is to do; returns for how long there is nothing, in milliseconds.</summary>
    private int Step()
    {
        TryAssign();
        var isMore = FetchReady();
        var due = SendDue();
        ServeRevocation();
        ServeClosing();
        Commit();
        if (isMore)
        {
            return 0;
        }

        var left = due == long.MaxValue ? LongestWait : (due - Clock.GetUtcNow().UtcTicks) / TimeSpan.TicksPerMillisecond;
        return (int)Math.Clamp(left + 1, 0, _closing != 0 || _revoking is not null || _hasPendingAssignment || _isCommitDelayed ? 20 : LongestWait);
    }

    private void OnEvent(nint @event)
    {
        switch (Librdkafka.rd_kafka_event_type(@event))
        {
            case Librdkafka.EventRebalance:
                OnRebalance(Librdkafka.rd_kafka_event_error(@event), Librdkafka.rd_kafka_topic_partition_list_copy(Librdkafka.rd_kafka_event_topic_partition_list(@event)));
                break;
            case Librdkafka.EventCommit:
                OnCommitted(Librdkafka.rd_kafka_event_error(@event), Librdkafka.rd_kafka_event_topic_partition_list(@event));
                break;
            default:
                _transport.Report(@event, Queue.Queue);
                break;
        }
    }

    /// <summary>Reads what there is room for; true when there may be more.</summary>
    private bool FetchReady()
    {
        var (isMore, isHeldUp) = (false, false);
        foreach (var partition in _claimed)
        {
            if (partition.IsDelay || partition.IsLeaving || IsWindowFull(partition))
            {
                continue;
            }

            int room;
            lock (_lock)
            {
                if (partition.HoldsBack)
                {
                    continue;
                }

                room = Math.Min(partition.Next < partition.ProbationEnd ? 1 : FetchBatch, _ahead - _pool.Waiting(partition.Priority));
            }

            if (room <= 0)
            {
                isHeldUp = true;
                continue;
            }

            isMore |= Fetch(partition, room) == room;
        }

        if (isHeldUp)
        {
            _isHeldUp = true;
        }

        return isMore;
    }

    private bool IsWindowFull(QueuePartition partition)
    {
        lock (_lock)
        {
            if (partition.Next - partition.Done.Watermark < _transport.Options.MaxWindow)
            {
                partition.ToldFull = 0;
                return false;
            }

            var now = Clock.GetTimestamp();
            if (partition.ToldFull == 0)
            {
                partition.ToldFull = now;
            }
            else if (Clock.GetElapsedTime(partition.ToldFull, now) > s_tellFullAfter)
            {
                partition.ToldFull = now;
                KafkaLog.WindowFull(Logger, partition.Topic, partition.Number, partition.Done.Watermark, _transport.Options.MaxWindow);
            }

            return true;
        }
    }

    /// <summary>Reads up to so many messages of a partition; returns how many came.</summary>
    [SkipLocalsInit]
    private int Fetch(QueuePartition partition, int most)
    {
        var messages = stackalloc NativeMessage*[FetchBatch];
        var count = (int)Librdkafka.rd_kafka_consume_batch_queue(partition.Queue, 0, messages, (nuint)most);
        if (count <= 0)
        {
            return 0;
        }

        lock (_lock)
        {
            for (var i = 0; i < count; i++)
            {
                Admit(partition, messages[i]);
                Librdkafka.rd_kafka_message_destroy(messages[i]);
            }

            MarkReady();
        }

        return count;
    }

    /// <summary>Takes a message in, unless it is done already. Under the lock.</summary>
    private void Admit(QueuePartition partition, NativeMessage* message)
    {
        if (message->Error != KafkaError.None)
        {
            KafkaLog.ClientError(Logger, Queue.ToString(), message->Payload is null ? Librdkafka.Describe(message->Error) : Librdkafka.Text(message->Payload, message->Length), message->Error);
            return;
        }

        var offset = message->Offset;
        if (offset < partition.Next)
        {
            return;
        }

        if (offset > partition.Next)
        {
            Skip(partition, offset);
        }

        partition.Next = offset + 1;
        if (partition.Done.IsDone(offset))
        {
            return;
        }

        var headers = RecordHeaders.Read(message);
        var key = message->Key is null ? null : Encoding.UTF8.GetString(message->Key, checked((int)message->KeyLength));
        var bytes = _transport.Rent();
        bytes.Write(new ReadOnlySpan<byte>(message->Payload, checked((int)message->Length)));
        if (partition.IsDelay)
        {
            var since = DateTime.UnixEpoch.Ticks + (Librdkafka.rd_kafka_message_timestamp(message, out _) * TimeSpan.TicksPerMillisecond);
            partition.Head = new WaitingRecord(offset, bytes, key, headers, Waits.Until(since, partition.Number, headers.Due));
            return;
        }

        var row = _pool.Rent();
        (row.Partition, row.Offset, row.Priority) = (partition, offset, partition.Priority);
        (row.Key, row.Expires, row.Bytes) = (key, headers.Expires, bytes);

        // The first that was not done when a process ended without a word may be why.
        row.Before = headers.Before + (offset == partition.Done.Watermark ? partition.Done.Takeovers : 0);
        _pool.Admit(row);
    }

    /// <summary>Offsets without a message: what retention removed, unless it was done already.</summary>
    private void Skip(QueuePartition partition, long offset)
    {
        var missing = offset - partition.Next - partition.Done.CountFrom(partition.Next) + partition.Done.CountFrom(offset);
        partition.Done.Add(partition.Next, offset);
        partition.IsDirty = true;
        if (missing > 0)
        {
            KafkaLog.RetentionTooShort(Logger, partition.Topic, partition.Number, missing, offset);
        }
    }

    private void Free()
    {
        lock (_lock)
        {
            foreach (var partition in _partitions.ToArray())
            {
                Forget(partition);
            }

            _pool.Drop(static _ => true);
            foreach (var row in _pool.Rows)
            {
                if (row.State != DeliveryState.None)
                {
                    _pool.Free(row);
                }
            }
        }

        lock (_wakeLock)
        {
            Librdkafka.rd_kafka_queue_destroy(_queue);
            _queue = 0;
        }

        Librdkafka.Destroy(_client);
        _self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnArrival(nint client, nint self) => ((QueueIntake)GCHandle.FromIntPtr(self).Target!).Wake();
}
