using System.Runtime.CompilerServices;
using System.Text;
using HighPerf.Transports.Kafka.Native;

namespace HighPerf.Transports.Kafka;

/// <summary>An idempotent producer of the library's, and the thread that takes its delivery reports. Ends by itself when it is retired and everything has its report.</summary>
internal sealed unsafe class ProducerClient
{
    private const int PollMilliseconds = 100;
    private const int ReportBatch = 256;
    private const int MaxStackKey = 512;
    private const int PurgeQueueAndInFlight = 3;

    private readonly KafkaTransport _transport;
    private readonly PublishLine _line;
    private readonly Dictionary<string, nint> _topics = new(StringComparer.Ordinal);
    private readonly nint _queue;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isRetired;
    private int _borrowed;

    public ProducerClient(KafkaTransport transport, PublishLine line)
    {
        _transport = transport;
        _line = line;
        using var config = transport.CreateConfig("publish");
        var options = transport.Options;
        config.Set("enable.idempotence", "true");
        config.Set("acks", "all");
        config.Set("message.timeout.ms", options.PublishTimeout);
        config.Set("request.timeout.ms", options.PublishTimeout < options.RequestTimeout ? options.PublishTimeout : options.RequestTimeout);
        config.Set("linger.ms", options.Linger);
        config.Set("message.max.bytes", options.MaxMessageBytes + KafkaTransport.Overhead);
        config.Set("queue.buffering.max.messages", options.MaxUnconfirmed * 2L);
        config.Set("queue.buffering.max.kbytes", Math.Clamp(options.MaxUnconfirmedBytes / 512, 16 * 1024, int.MaxValue));

        // Java's hash, so that other clients put a key into the same partition; without a key, one for each batch.
        config.Set("partitioner", "murmur2_random");
        transport.Override(config);
        Handle = config.Build(Librdkafka.Producer, Librdkafka.EventDelivery);
        _queue = Librdkafka.rd_kafka_queue_get_main(Handle);
        _ = Librdkafka.rd_kafka_set_log_queue(Handle, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = $"HighPerf {transport.Name} publish" };
    }

    public nint Handle { get; }

    public Task Ended => _ended.Task;

    public void Start() => _thread.Start();

    /// <summary>Under the line's lock, and only of the producer that is in use.</summary>
    public BorrowedClient Borrow()
    {
        Interlocked.Increment(ref _borrowed);
        return new BorrowedClient(this);
    }

    public void GiveBack() => Interlocked.Decrement(ref _borrowed);

    /// <summary>Hands a record over; its report comes unless the result is an error. Under the line's lock.</summary>
    public (int Code, string Text)? Produce(PublishRequest request)
    {
        var key = request.Key;
        var keySize = key is null ? 0 : Encoding.UTF8.GetMaxByteCount(key.Length);
        var keyBytes = keySize <= MaxStackKey ? stackalloc byte[keySize] : new byte[keySize];
        var keyLength = key is null ? 0 : Encoding.UTF8.GetBytes(key, keyBytes);
        var description = request.Headers.Description is { } text ? Encoding.UTF8.GetBytes(text) : null;
        var arguments = stackalloc NativeArgument[6 + RecordHeaders.Max];
        var digits = stackalloc byte[RecordHeaders.Max * RecordHeaders.NumberSize];
        byte nothing = 0;
        fixed (byte* value = request.Bytes.Span, keyPointer = keyBytes, descriptionPointer = description)
        {
            // A value of no bytes is not a value that is absent.
            arguments[0] = NativeArgument.OfTopic(TopicOf(request.Topic));
            arguments[1] = NativeArgument.OfPartition(request.Partition);
            arguments[2] = NativeArgument.OfValue(value is null ? &nothing : value, request.Bytes.Length);
            arguments[3] = NativeArgument.OfFlags(Librdkafka.CopyPayload);
            arguments[4] = NativeArgument.OfOpaque(request.Slot + 1);
            var count = 5;
            if (key is not null)
            {
                arguments[count++] = NativeArgument.OfKey(keyPointer is null ? &nothing : keyPointer, keyLength);
            }

            count += request.Headers.Write(arguments + count, digits, descriptionPointer, description?.Length ?? 0);
            return Librdkafka.Take(Librdkafka.rd_kafka_produceva(Handle, arguments, (nuint)count));
        }
    }

    /// <summary>Takes no more; ends when everything that was handed over has its report.</summary>
    /// <param name="purge">True ends what is under way now, as unknown.</param>
    public void Retire(bool purge)
    {
        _isRetired = true;
        if (purge)
        {
            _ = Librdkafka.rd_kafka_purge(Handle, PurgeQueueAndInFlight);
        }

        Librdkafka.rd_kafka_queue_yield(_queue);
    }

    private nint TopicOf(string name)
    {
        if (!_topics.TryGetValue(name, out var topic))
        {
            _topics[name] = topic = Librdkafka.rd_kafka_topic_new(Handle, name, 0);
        }

        return topic;
    }

    private void Run()
    {
        while (!_isRetired || Volatile.Read(ref _borrowed) > 0 || Librdkafka.rd_kafka_outq_len(Handle) > 0)
        {
            var @event = Librdkafka.rd_kafka_queue_poll(_queue, PollMilliseconds);
            if (@event != 0)
            {
                Take(@event);
                Librdkafka.rd_kafka_event_destroy(@event);
            }
        }

        foreach (var topic in _topics.Values)
        {
            Librdkafka.rd_kafka_topic_destroy(topic);
        }

        Librdkafka.rd_kafka_queue_destroy(_queue);
        Librdkafka.Destroy(Handle);
        _ended.SetResult();
    }

    [SkipLocalsInit]
    private void Take(nint @event)
    {
        if (Librdkafka.rd_kafka_event_type(@event) != Librdkafka.EventDelivery)
        {
            if (_transport.Report(@event, "publish") is { } fatal)
            {
                _line.OnFatal(this, fatal);
            }

            return;
        }

        var messages = stackalloc NativeMessage*[ReportBatch];
        int count;
        while ((count = (int)Librdkafka.rd_kafka_event_message_array(@event, messages, ReportBatch)) > 0)
        {
            for (var i = 0; i < count; i++)
            {
                var message = messages[i];
                var outcome = message->Error == KafkaError.None ? PublishOutcome.Accepted : Judge(message);
                _line.OnReport((int)message->Opaque - 1, outcome);
            }

            _line.Advance();
        }
    }

    private PublishOutcome Judge(NativeMessage* message)
    {
        const int NotPersisted = 0;
        var code = message->Error;
        var reason = $"Kafka at {_transport.Description}: {Librdkafka.Describe(code)}";
        return KafkaError.IsRefusal(code) && Librdkafka.rd_kafka_message_status(message) == NotPersisted
            ? new PublishOutcome(PublishStatus.Rejected, reason)
            : new PublishOutcome(PublishStatus.Unknown, reason);
    }
}
