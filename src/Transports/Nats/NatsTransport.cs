using HighPerf.Connections;
using HighPerf.Transports.Nats;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports;

/// <summary>
/// NATS JetStream as a broker: at-least-once delivery under leases, delays, priorities, ordering keys, expiry and dead letters, on work-queue streams and durable pull consumers, by a
/// client of its own. Servers from 2.9 on.
/// </summary>
public sealed class NatsTransport : Transport
{
    // Room for subject, reply subject and lengths, which max_payload does not count, is the server's business.
    private const int AnyMaxPayload = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly NatsAddress _address;
    private readonly BufferPool _pool;
    private readonly List<NatsReceiver> _receivers = [];
    private readonly Dictionary<NatsQueue, DelayMover> _movers = [];
    private readonly DestinationMap<NatsQueue> _queues;
    private TransportCapabilities? _capabilities;
    private int _numbers;
    private bool _disposed;

    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>nats://[user:password@|token@]host[:port][,host[:port]]</c>, or <c>tls://</c>.</param>
    /// <param name="options">Bounds and level; the defaults when null.</param>
    /// <param name="logger">Told of connections and of what fails.</param>
    /// <param name="clock">Time-outs, back-off, this side of leases, delays and expiry follow it; <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The address or an option is wrong. The message does not repeat the address.</exception>
    public NatsTransport(string name, string address, NatsTransportOptions? options = null, ILogger? logger = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name)
    {
        Options = options ?? new NatsTransportOptions();
        Options.Validate();
        _queues = new DestinationMap<NatsQueue>(queue => new NatsQueue(this, queue));
        _address = NatsAddress.Parse(address);
        Logger = logger ?? NullLogger.Instance;
        Clock = clock ?? TimeProvider.System;
        _pool = pool ?? BufferPool.Shared;
        Options.Connection.Hosts = _address.Hosts;
        Options.Connection.Tls = _address.IsTls ? Options.Tls : null;
        Client = new NatsClient($"{name} ({Description})", Options.Connection, NatsLogin.From(_address, Options.CredentialsFile, $"highperf-{name}"), Options.RequestTimeout, Logger, Clock)
        {
            Disconnected = OnDisconnected,
        };
        Api = new JetStreamApi(Client);
        Epochs = new PurgeEpochs(this);
        Client.Subscribe(Epochs);
        Client.Subscribe(new GiveBacks(this));
    }

    /// <inheritdoc/>
    public override string Description => _address.ToString();

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities => _capabilities ??= Describe();

    /// <inheritdoc/>
    public override DurabilityLevel Durability => Options.Replicas > 1 ? DurabilityLevel.Replicated : DurabilityLevel.Process;

    internal NatsTransportOptions Options { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Clock { get; }

    internal NatsClient Client { get; }

    internal JetStreamApi Api { get; }

    internal PurgeEpochs Epochs { get; }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">No server answers, it refuses the login, has no JetStream, or less is given than <see cref="NatsTransportOptions.MinimumDurability"/>.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (Durability < Options.MinimumDurability)
        {
            throw new HighPerfException($"NATS at {Description} gives level {Durability} with {Options.Replicas} replicas and MinimumDurability is {Options.MinimumDurability}. Set Replicas to 3 in a cluster, or ask for less.");
        }

        using var limit = new CancellationTokenSource(Options.StartTimeout, Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            Client.Connection.Start();
            await Client.Connection.WaitUntilConnectedAsync(linked.Token).ConfigureAwait(false);
            await CheckAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HighPerfException($"NATS at {Description} did not answer within {Options.StartTimeout.TotalSeconds:0.#} s: {Client.Connection.LastError?.Message}", Client.Connection.LastError);
        }

        _capabilities = null;
        NatsLog.Connected(Logger, Client.Server.Version ?? "?", Description, Durability, Options.Replicas > 1 ? $"{Options.Replicas} replicas" : "one replica, synced to disk in intervals");
    }

    /// <inheritdoc/>
    public override Destination GetDestination(string queue) => _queues.Get(queue);

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination is NatsQueue queue && ReferenceEquals(queue.Transport, this))
        {
            return queue.PublishAsync(in message, cancellationToken);
        }

        return RejectForeign(destination, in message);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Prefetch is not 1 to 65,536, or the lease is shorter than 100 ms.</exception>
    public override async ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Prefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, DeliveryTable.MaxRows, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromMilliseconds(100), nameof(ReceiverOptions.Lease));
        var source = _queues.Get(queue);
        NatsReceiver receiver;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            receiver = new NatsReceiver(this, source, options, signal, _numbers++);
            _receivers.Add(receiver);
        }

        try
        {
            await receiver.StartAsync(cancellationToken).ConfigureAwait(false);
            if (ReplyQueue.Is(queue))
            {
                await ReplyStreams.RemoveUnusedAsync(this, source).ConfigureAwait(false);
            }
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        lock (_lock)
        {
            if (!_disposed && !_movers.ContainsKey(source))
            {
                _movers.Add(source, new DelayMover(this, source, _numbers++));
            }
        }

        return receiver;
    }

    /// <inheritdoc/>
    public override async ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
    {
        var source = _queues.Get(queue);
        var snapshot = await QueueSnapshot.TakeAsync(source, Api).ConfigureAwait(false);
        var dead = await Api.GetStreamAsync(source.Names.DeadStream, source.Names.DeadSubject).ConfigureAwait(false);
        DateTimeOffset? oldest = null;
        for (var lane = 0; lane < source.Names.Lanes.Count; lane++)
        {
            var isThere = snapshot.Consumer(lane) is { } consumer ? consumer.NumPending > 0 : snapshot.Messages(lane) > 0;
            if (isThere && await Api.FindNextAsync(source.Names.Stream, source.Names.Root + source.Names.Lanes[lane], snapshot.FirstReady(lane)).ConfigureAwait(false) is { } first)
            {
                oldest = oldest < first.Time ? oldest : first.Time;
            }
        }

        return new QueueLength(snapshot.Ready, snapshot.Delayed, snapshot.InFlight, dead.State?.Messages ?? 0, oldest is { } time ? Clock.GetUtcNow() - time : null);
    }

    /// <inheritdoc/>
    public override ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken)
        => Purge.RunAsync(this, _queues.Get(queue), includeDelayed, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => DeadLetters.BrowseAsync(this, _queues.Get(queue), max);

    /// <inheritdoc/>
    public override ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => DeadLetters.ReplayAsync(this, _queues.Get(queue), max, cancellationToken);

    /// <summary>Gives back what is out, ends publishers that wait, and disconnects.</summary>
    public override async ValueTask DisposeAsync()
    {
        NatsReceiver[] receivers;
        DelayMover[] movers;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            receivers = [.. _receivers];
            movers = [.. _movers.Values];
            _movers.Clear();
        }

        foreach (var mover in movers)
        {
            await mover.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var receiver in receivers)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        _queues.Close(static queue => queue.Close());

        await Client.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What a message may have beside what the headers need.</summary>
    internal long MaxMessageBytes(int overhead)
        => Math.Min(Options.MaxMessageBytes, Math.Min(NatsReader.MaxPayload, Client.Server.MaxPayload > 0 ? Client.Server.MaxPayload : AnyMaxPayload) - overhead);

    internal async ValueTask DeclareAsync(NatsQueue queue)
    {
        await Epochs.ReadAsync(queue).ConfigureAwait(false);
        var maxAge = ReplyQueue.Is(queue.Queue) ? new TimeSpan(Math.Max(ReplyQueue.UnusedLifetime.Ticks, Options.DeduplicationWindow.Ticks)) : TimeSpan.Zero;
        await Api.DeclareAsync(new StreamConfig
        {
            Name = queue.Names.Stream,
            Description = $"HighPerf queue, {queue.Names.Shards} shards",
            Subjects = [queue.Names.Root + ">"],
            Retention = "workqueue",
            MaxMsgs = (2 * Options.Capacity) + (QueueNames.Classes * Options.MaxAckPending),
            MaxAge = maxAge.Ticks * 100,
            DuplicateWindow = Options.DeduplicationWindow.Ticks * 100,
            NumReplicas = Options.Replicas,
        }).ConfigureAwait(false);
        await Api.DeclareAsync(new StreamConfig
        {
            Name = queue.Names.DeadStream,
            Description = "HighPerf dead letters",
            Subjects = [queue.Names.DeadSubject],
            MaxMsgs = Options.MaxDeadLetters,
            DuplicateWindow = Options.DeduplicationWindow.Ticks * 100,
            NumReplicas = Options.Replicas,
        }).ConfigureAwait(false);
    }

    internal IReadOnlyList<NatsReceiver> ReceiversOf(NatsQueue queue)
    {
        lock (_lock)
        {
            return [.. _receivers.Where(receiver => ReferenceEquals(receiver.Queue, queue))];
        }
    }

    internal NatsQueue? FindQueue(Func<NatsQueue, bool> which) => _queues.All.FirstOrDefault(which);

    internal void ClearMover(NatsQueue queue)
    {
        lock (_lock)
        {
            _movers.GetValueOrDefault(queue)?.Clear();
        }
    }

    /// <summary>The last receiver of a queue takes its mover along.</summary>
    internal async ValueTask ForgetAsync(NatsReceiver receiver)
    {
        DelayMover? mover = null;
        lock (_lock)
        {
            _receivers.Remove(receiver);
            if (!_receivers.Exists(other => ReferenceEquals(other.Queue, receiver.Queue)))
            {
                _movers.Remove(receiver.Queue, out mover);
            }
        }

        if (mover is not null)
        {
            await mover.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A server that has just started answers a moment later for JetStream.</summary>
    private async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Api.CheckAsync().ConfigureAwait(false);
                return;
            }
            catch (NatsConnectionException) when (Client.Server.Jetstream)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void OnDisconnected(int epoch)
    {
        NatsReceiver[] receivers;
        DelayMover[] movers;
        lock (_lock)
        {
            receivers = [.. _receivers];
            movers = [.. _movers.Values];
        }

        foreach (var mover in movers)
        {
            mover.Clear();
        }

        foreach (var receiver in receivers)
        {
            receiver.OnDisconnected();
        }
    }

    private TransportCapabilities Describe()
        => new(
            Math.Max(1, Math.Min(MaxMessageBytes(MessageHeaders.MaxBytes), Options.CapacityBytes)),
            (TransportFeature.Delay, TransportSupport.Emulated("any, in the queue's stream with a mover in every process that receives; by the clocks of publisher and mover, late by at most 1 s when idle")),
            (TransportFeature.Priority, TransportSupport.Emulated("8 : 4 : 1, a subject and a consumer per class; messages with an ordering key have no class")),
            (TransportFeature.OrderingKey, Options.OrderingShards > 0 ? TransportSupport.Emulated($"keys share {Options.OrderingShards} consumers that have one message out at a time") : TransportSupport.Impossible("OrderingShards is 0")),
            (TransportFeature.LeaseRenewal, TransportSupport.Native("ack_wait and +WPI; the server does not check who settles, so a lease that is over by this side's clock is not settled")),
            (TransportFeature.Deduplication, TransportSupport.Native($"{Options.DeduplicationWindow} by message id")),
            (TransportFeature.Expiry, TransportSupport.Emulated("ended as dead letters when they are received, by the receiver's clock")),
            (TransportFeature.DeadLetter, TransportSupport.Emulated($"a stream per queue, at most {Options.MaxDeadLetters:N0}")),
            (TransportFeature.Length, TransportSupport.Native("exact, but for what other processes gave back: it counts as in flight until it comes again")),
            (TransportFeature.Purge, TransportSupport.Emulated("the server's where nothing is out, else one by one")),
            (TransportFeature.Browse, TransportSupport.Native("oldest first")));
}
