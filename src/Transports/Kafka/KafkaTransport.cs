using HighPerf.Transports.Kafka;
using HighPerf.Transports.Kafka.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports;

/// <summary>
/// Apache Kafka as a broker, by librdkafka: idempotent publishes that all replicas have, single acknowledgements of any order over committed watermarks, ordering keys by partition and one
/// of each out at a time, priorities by topics, delays by a topic whose messages move on, and dead letters.
/// </summary>
public sealed class KafkaTransport : Transport
{
    /// <summary>Key, headers and the batch around a message.</summary>
    internal const int Overhead = 16 * 1024;

    private static readonly TimeSpan s_deleteRecords = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly KafkaAddress _address;
    private readonly BufferPool _pool;
    private readonly List<KafkaReceiver> _receivers = [];
    private readonly QueueControl _control;
    private readonly DestinationMap<KafkaQueue> _queues;
    private TransportCapabilities? _capabilities;
    private ITimer? _deleting;
    private bool _isStarted;
    private bool _isDisposed;

    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>kafka[+ssl]://[user:password@]host[:port][,host[:port]][?name=value]</c>; the settings are librdkafka's, as in <see cref="KafkaTransportOptions.Properties"/>, and <c>manage.topics</c>.</param>
    /// <param name="options">Bounds and time-outs; the defaults when null.</param>
    /// <param name="logger">Told of connections and of what fails.</param>
    /// <param name="clock">Leases, delays and expiry follow it; the client library has its own. <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The address or an option is wrong. The message does not repeat the address.</exception>
    public KafkaTransport(string name, string address, KafkaTransportOptions? options = null, ILogger? logger = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name)
    {
        Options = options ?? new KafkaTransportOptions();
        Options.Validate();
        _queues = new DestinationMap<KafkaQueue>(queue => new KafkaQueue(this, queue));
        _address = KafkaAddress.Parse(address);
        KafkaTransportOptions.Check(_address.Settings.Keys);
        ManagesTopics = _address.Settings.TryGetValue(KafkaAddress.ManageTopics, out var manages)
            ? bool.TryParse(manages, out var isManaging) ? isManaging : throw new ArgumentException($"{KafkaAddress.ManageTopics} of a Kafka address is true or false.", nameof(address))
            : Options.ManageTopics;
        Logger = logger ?? NullLogger.Instance;
        Clock = clock ?? TimeProvider.System;
        _pool = pool ?? BufferPool.Shared;
        Publishing = new PublishLine(this);
        Topics = new KafkaTopics(this);
        _control = new QueueControl(this);
    }

    /// <inheritdoc/>
    public override string Description => _address.ToString();

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities => _capabilities ??= Describe();

    /// <inheritdoc/>
    public override DurabilityLevel Durability => Options.Durability;

    internal KafkaTransportOptions Options { get; }

    internal bool ManagesTopics { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Clock { get; }

    internal PublishLine Publishing { get; }

    internal KafkaTopics Topics { get; }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">librdkafka is not there, no broker answers, or the cluster is too small for the level that is asked for.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Publishing.Start();
        }
        catch (DllNotFoundException exception)
        {
            throw new HighPerfException("librdkafka is not there: reference the package librdkafka.redist, or install the system's (Debian: librdkafka1), 2.0 or later.", exception);
        }

        _isStarted = true;
        var since = Clock.GetTimestamp();
        int? brokers;
        do
        {
            brokers = await Task.Run(() => Topics.CountBrokers(TimeSpan.FromSeconds(1)), cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (brokers is null && Clock.GetElapsedTime(since) < Options.StartTimeout);

        if (brokers is null)
        {
            throw new HighPerfException($"Kafka at {Description} did not answer within {Options.StartTimeout.TotalSeconds:0.#} s: {_lastError ?? "no broker is reached"}");
        }

        if (Durability == DurabilityLevel.Replicated && brokers < 3)
        {
            throw new HighPerfException($"Kafka at {Description} has {brokers} brokers: level Replicated needs 3. Ask for DurabilityLevel.Process, or for a larger cluster.");
        }

        KafkaLog.Connected(Logger, Description, brokers.Value, ClientVersion(), Durability);
        if (ManagesTopics)
        {
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            {
                _deleting = Clock.CreateTimer(static state => ((KafkaTransport)state!).DeleteDone(), this, s_deleteRecords, s_deleteRecords);
            }
        }
    }

    /// <inheritdoc/>
    public override Destination GetDestination(string queue) => _queues.Get(queue);

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination is KafkaQueue queue && ReferenceEquals(queue.Transport, this))
        {
            return queue.PublishAsync(in message, cancellationToken);
        }

        return RejectForeign(destination, in message);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Prefetch is not 1 to 65,536, or the lease is shorter than 10 ms.</exception>
    /// <exception cref="HighPerfException">The queue's topics are not there and cannot be created.</exception>
    public override async ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Prefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, DeliveryPool.MaxPrefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromMilliseconds(10), nameof(ReceiverOptions.Lease));
        var intake = await EnterAsync(_queues.Get(queue), cancellationToken).ConfigureAwait(false);
        var receiver = intake.Open(options, signal);
        lock (_lock)
        {
            _receivers.Add(receiver);
        }

        return receiver;
    }

    /// <inheritdoc/>
    /// <remarks>Exact for partitions that this process has; what other processes have in flight counts as ready.</remarks>
    public override async ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
    {
        var found = _queues.Get(queue);
        await found.DeclareAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => _control.GetLength(found), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Of the partitions that this process has, or gets for it; what other processes have stays.</remarks>
    public override async ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken)
    {
        var found = _queues.Get(queue);
        var intake = await EnterAsync(found, cancellationToken).ConfigureAwait(false);
        try
        {
            await intake.Assigned.WaitAsync(Options.RequestTimeout, Clock, cancellationToken).ConfigureAwait(false);
            var ends = await Task.Run(() => _control.GetEnds(found), cancellationToken).ConfigureAwait(false);
            return intake.Purge(ends, includeDelayed);
        }
        catch (TimeoutException)
        {
            throw new HighPerfException($"{found} cannot be purged: the group has not divided its partitions within {Options.RequestTimeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            await LeaveAsync(intake).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => max <= 0 ? [] : await Task.Run(() => new DeadLetterTopic(this, _queues.Get(queue)).Browse(max), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => max <= 0 ? 0 : await new DeadLetterTopic(this, _queues.Get(queue)).ReplayAsync(max).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Gives back what is out, ends publishers that wait, and disconnects.</summary>
    public override async ValueTask DisposeAsync()
    {
        KafkaReceiver[] receivers;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            receivers = [.. _receivers];
        }

        if (_deleting is not null)
        {
            await _deleting.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var receiver in receivers)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        if (_isStarted)
        {
            await Publishing.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string? _lastError;

    internal PublishOutcome Disposed() => new(PublishStatus.Rejected, $"Transport '{Name}' is disposed.");

    /// <summary>Settings that every client of this transport has.</summary>
    internal NativeConfig CreateConfig(string purpose)
    {
        var config = new NativeConfig();
        config.Set("bootstrap.servers", _address.Servers);
        config.Set("client.id", $"highperf-{Name}-{purpose}");
        config.Set("socket.timeout.ms", Options.RequestTimeout);
        config.Set("socket.nagle.disable", "true");
        config.Set("socket.keepalive.enable", "true");
        config.Set("socket.connection.setup.timeout.ms", Options.RequestTimeout);
        config.Set("reconnect.backoff.ms", 100);
        config.Set("reconnect.backoff.max.ms", Options.ReconnectLongest);
        if (_address.User is { } user)
        {
            config.Set("security.protocol", _address.IsTls ? "sasl_ssl" : "sasl_plaintext");
            config.Set("sasl.mechanisms", "PLAIN");
            config.Set("sasl.username", user);
            config.Set("sasl.password", _address.Password!);
        }
        else if (_address.IsTls)
        {
            config.Set("security.protocol", "ssl");
        }

        return config;
    }

    /// <summary>The user's own settings, last.</summary>
    internal void Override(NativeConfig config)
    {
        foreach (var (name, value) in Options.Properties.Concat(_address.Settings))
        {
            if (name != KafkaAddress.ManageTopics)
            {
                config.Set(name, value);
            }
        }
    }

    /// <summary>Tells what a client has to say; the reason when it cannot go on.</summary>
    internal unsafe string? Report(nint @event, string client)
    {
        if (Librdkafka.rd_kafka_event_type(@event) == Librdkafka.EventLog)
        {
            if (Librdkafka.rd_kafka_event_log(@event, out var facility, out var said, out _) == 0)
            {
                KafkaLog.ClientSays(Logger, client, Librdkafka.Text(facility), Librdkafka.Text(said));
            }

            return null;
        }

        var code = Librdkafka.rd_kafka_event_error(@event);
        if (code == KafkaError.None)
        {
            return null;
        }

        var text = Librdkafka.Text(Librdkafka.rd_kafka_event_error_string(@event));
        _lastError = text;
        KafkaLog.ClientError(Logger, client, text, code);
        return code == KafkaError.Fatal ? text : null;
    }

    internal async ValueTask CloseAsync(QueueIntake intake, KafkaReceiver receiver)
    {
        lock (_lock)
        {
            _receivers.Remove(receiver);
        }

        await LeaveAsync(intake).ConfigureAwait(false);
    }

    /// <summary>The queue's intake; to be left once for each time it was entered.</summary>
    private async ValueTask<QueueIntake> EnterAsync(KafkaQueue queue, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await queue.DeclareAsync(cancellationToken).ConfigureAwait(false);
        await queue.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            queue.Intake ??= new QueueIntake(this, queue);
            queue.Intake.Users++;
            return queue.Intake;
        }
        finally
        {
            queue.Gate.Release();
        }
    }

    private async ValueTask LeaveAsync(QueueIntake intake)
    {
        var queue = intake.Queue;
        await queue.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (--intake.Users == 0)
            {
                await intake.DisposeAsync().ConfigureAwait(false);
                queue.Intake = null;
                if (queue.Names.IsReply && ManagesTopics)
                {
                    // Nobody comes back to it.
                    await Task.Run(() => Topics.TryDelete(queue.Names.Group)).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            queue.Gate.Release();
        }
    }

    /// <summary>Kafka keeps what is done until somebody says that it need not: the retention of our topics is for ever.</summary>
    private void DeleteDone()
    {
        foreach (var queue in _queues.All)
        {
            if (queue.Intake?.DoneSinceLast() is { Count: > 0 } done)
            {
                Topics.TryDeleteRecords(done);
            }
        }
    }

    private static unsafe string ClientVersion() => Librdkafka.Text(Librdkafka.rd_kafka_version_str());

    private TransportCapabilities Describe()
        => new(
            Options.MaxMessageBytes,
            (TransportFeature.Delay, TransportSupport.Emulated("any; a topic whose eight partitions wait 0.25 s to 68 min each, moved on by consumers: late by at most about 0.3 s while one runs")),
            (TransportFeature.Priority, TransportSupport.Emulated("8 : 4 : 1, a topic per class, each with the prefetch; what has a key is of the normal class")),
            (TransportFeature.OrderingKey, TransportSupport.Emulated("a key is in one partition, this transport lets one of a key out at a time; its retries wait here")),
            (TransportFeature.LeaseRenewal, TransportSupport.Emulated("by this process for its own consumers; to the broker the lease is the session of the group's member")),
            (TransportFeature.Deduplication, TransportSupport.Impossible("a producer's session tells its own repetitions apart, not ids")),
            (TransportFeature.Expiry, TransportSupport.Emulated("ended as dead letters when they come to a consumer, by its clock")),
            (TransportFeature.DeadLetter, TransportSupport.Emulated("a topic per queue; the copy is confirmed, then the original is done; what was replayed is a committed offset")),
            (TransportFeature.Length, TransportSupport.Emulated("ends less what is done; exact for own partitions, others' as last committed, with what they have in flight as ready; no age")),
            (TransportFeature.Purge, TransportSupport.Emulated("of the partitions that this process has: everything up to the end counts as done")),
            (TransportFeature.Browse, TransportSupport.Native("oldest first, read without a group")));
}
