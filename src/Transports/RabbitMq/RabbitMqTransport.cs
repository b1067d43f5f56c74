using HighPerf.Transports.RabbitMq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client.Exceptions;

namespace HighPerf.Transports;

/// <summary>
/// RabbitMQ as a broker, over AMQP 0.9.1: quorum queues, confirmed publishes, deliveries that are this process's as long as its connection lives, delays, priorities, ordering
/// keys and dead letters. Publishing and consuming have a connection each, made again by this transport and not by the client library.
/// </summary>
public sealed class RabbitMqTransport : Transport
{
    private readonly Lock _lock = new();
    private readonly RabbitMqAddress _address;
    private readonly BufferPool _pool;
    private readonly List<RabbitMqReceiver> _receivers = [];
    private readonly RabbitMqLink _publishing;
    private readonly DestinationMap<RabbitMqQueue> _queues;
    private TransportCapabilities? _capabilities;
    private bool _isDisposed;

    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>amqp[s]://[user:password@]host[:port][,host[:port]][/vhost]</c>.</param>
    /// <param name="options">Bounds and time-outs; the defaults when null.</param>
    /// <param name="logger">Told of connections and of what fails.</param>
    /// <param name="clock">Time-outs, leases, delays and expiry follow it. <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The address or an option is wrong. The message does not repeat the address.</exception>
    public RabbitMqTransport(string name, string address, RabbitMqTransportOptions? options = null, ILogger? logger = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name)
    {
        Options = options ?? new RabbitMqTransportOptions();
        Options.Validate();
        _queues = new DestinationMap<RabbitMqQueue>(queue => new RabbitMqQueue(this, queue));
        _address = RabbitMqAddress.Parse(address);
        if (Options.UseExternalLogin && !_address.IsTls)
        {
            throw new ArgumentException("UseExternalLogin shows a certificate: the address begins with amqps://.", nameof(options));
        }

        Logger = logger ?? NullLogger.Instance;
        Clock = clock ?? TimeProvider.System;
        _pool = pool ?? BufferPool.Shared;
        MaxLevels = RabbitMqTopology.MaxLevels(Options.DelayUnit);
        Horizon = Options.DelayUnit * ((1L << MaxLevels) - 1);
        _publishing = new RabbitMqLink(this, _address, "publish");
        Consuming = new RabbitMqLink(this, _address, "consume");
        Admin = new RabbitMqAdmin(this, Consuming);
        Pump = new PublishPump(this, _publishing);
    }

    /// <inheritdoc/>
    public override string Description => _address.ToString();

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities => _capabilities ??= Describe();

    /// <inheritdoc/>
    public override DurabilityLevel Durability => Options.Durability;

    internal RabbitMqTransportOptions Options { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Clock { get; }

    internal RabbitMqLink Consuming { get; }

    internal RabbitMqAdmin Admin { get; }

    internal PublishPump Pump { get; }

    internal DeliveryNotes Notes { get; } = new();

    internal int MaxLevels { get; }

    /// <summary>The longest delay.</summary>
    internal TimeSpan Horizon { get; }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">No server answers, or it refuses the login.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (_address.IsTls && Options.Tls.AllowUntrustedPeer)
        {
            RabbitMqLog.Untrusted(Logger, Description);
        }

        using var limit = new CancellationTokenSource(Options.StartTimeout, Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        _publishing.Start();
        Consuming.Start();
        try
        {
            await _publishing.WaitAsync(linked.Token).ConfigureAwait(false);
            await Consuming.WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var error = _publishing.LastError ?? Consuming.LastError;
            throw new HighPerfException($"RabbitMQ at {Description} did not answer within {Options.StartTimeout.TotalSeconds:0.#} s: {error?.InnerException?.Message ?? error?.Message}", error);
        }

        Pump.Start();
    }

    /// <inheritdoc/>
    public override Destination GetDestination(string queue) => _queues.Get(queue);

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination is RabbitMqQueue queue && ReferenceEquals(queue.Transport, this))
        {
            return queue.PublishAsync(in message, cancellationToken);
        }

        return RejectForeign(destination, in message);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Prefetch is not 1 to 65,535, or the lease is shorter than 10 ms.</exception>
    /// <exception cref="HighPerfException">The queue is there with other properties, or may not be declared.</exception>
    public override async ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Prefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, ushort.MaxValue, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromMilliseconds(10), nameof(ReceiverOptions.Lease));
        RabbitMqReceiver receiver;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            receiver = new RabbitMqReceiver(this, _queues.Get(queue), options, signal);
            _receivers.Add(receiver);
        }

        try
        {
            await receiver.StartAsync(cancellationToken).ConfigureAwait(false);
            return receiver;
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Ready and delayed are the broker's, ready includes what receivers of this transport fetched and nobody took; in flight is what this transport knows, as the broker tells no more over AMQP.</remarks>
    public override async ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
    {
        var found = _queues.Get(queue);
        var (ready, delayed, dead) = await AskAsync(() => found.CountAsync(cancellationToken)).ConfigureAwait(false);
        return new QueueLength(ready, delayed, ReceiversOf(found).Sum(static receiver => (long)receiver.InFlight), dead);
    }

    /// <inheritdoc/>
    /// <remarks>What other processes fetched and did not start stays.</remarks>
    public override async ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken)
    {
        var found = _queues.Get(queue);
        await AskAsync(async () =>
        {
            await found.DeclareAsync(cancellationToken).ConfigureAwait(false);
            await found.Topology.FindLevelsAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        var names = new List<string>(found.Names.Places);
        if (includeDelayed)
        {
            // From the highest: what goes on meanwhile goes down, into what is purged next, and at last into the places.
            names.InsertRange(0, Enumerable.Range(0, found.Topology.Levels).Reverse().Select(found.Names.Level));
        }

        var purged = 0L;
        foreach (var name in names)
        {
            purged += await AskAsync(() => Admin.CallAsync((channel, token) => channel.QueuePurgeAsync(name, token), cancellationToken)).ConfigureAwait(false);
        }

        foreach (var receiver in ReceiversOf(found))
        {
            purged += await receiver.PurgeAsync(cancellationToken).ConfigureAwait(false);
        }

        found.Line.OnRoom();
        return purged;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => max <= 0 ? [] : await AskAsync(() => new DeadLetterQueue(this, _queues.Get(queue)).BrowseAsync(max, cancellationToken)).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => max <= 0 ? 0 : await AskAsync(() => new DeadLetterQueue(this, _queues.Get(queue)).ReplayAsync(max, cancellationToken)).ConfigureAwait(false);

    /// <summary>Gives back what is out, ends publishers that wait, and disconnects.</summary>
    public override async ValueTask DisposeAsync()
    {
        RabbitMqReceiver[] receivers;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            receivers = [.. _receivers];
        }

        foreach (var receiver in receivers)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        _queues.Close(static queue => queue.Line.Close());

        await Pump.DisposeAsync().ConfigureAwait(false);
        await Admin.DisposeAsync().ConfigureAwait(false);
        await _publishing.DisposeAsync().ConfigureAwait(false);
        await Consuming.DisposeAsync().ConfigureAwait(false);
    }

    internal PublishOutcome Disposed() => new(PublishStatus.Rejected, $"Transport '{Name}' is disposed.");

    internal void Forget(RabbitMqReceiver receiver)
    {
        lock (_lock)
        {
            _receivers.Remove(receiver);
        }
    }

    /// <summary>What receivers of this transport fetched from a queue and nobody took.</summary>
    internal long CountFetched(RabbitMqQueue queue) => ReceiversOf(queue).Sum(static receiver => (long)receiver.Fetched);

    private RabbitMqReceiver[] ReceiversOf(RabbitMqQueue queue)
    {
        lock (_lock)
        {
            return [.. _receivers.Where(receiver => ReferenceEquals(receiver.Source, queue))];
        }
    }

    /// <summary>The client library's errors do not get out of here.</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RabbitMQClientException or IOException)
        {
            throw new HighPerfException($"RabbitMQ at {Description} refused or was lost: {exception.Message}", exception);
        }
    }

    private TransportCapabilities Describe()
        => new(
            Math.Min(Options.MaxMessageBytes, Options.CapacityBytes),
            (TransportFeature.Delay, TransportSupport.Emulated($"up to {Horizon.TotalDays:0} days, queues with times to live of powers of two; never early, late by at most {Options.DelayUnit.TotalMilliseconds:0} ms and some ms a level")),
            (TransportFeature.Priority, TransportSupport.Emulated("8 : 4 : 1, a queue per class, subject to prefetch")),
            (TransportFeature.OrderingKey, Options.OrderingShards > 0
                ? TransportSupport.Emulated($"{Options.OrderingShards} queues with a single active consumer; a retry waits with its consumer, for at most half of the consumer timeout")
                : TransportSupport.Impossible("OrderingShards is 0")),
            (TransportFeature.LeaseRenewal, TransportSupport.Emulated($"timers of this process; the broker knows only the connection, and ends a channel after {Options.ConsumerTimeout.TotalMinutes:0.#} min (consumer_timeout)")),
            (TransportFeature.Deduplication, TransportSupport.Impossible("RabbitMQ's queues do not look at ids")),
            (TransportFeature.Expiry, TransportSupport.Emulated("ended as dead letters when they are about to be handed out, by this process's clock")),
            (TransportFeature.DeadLetter, TransportSupport.Emulated($"a queue per queue, at most {Options.MaxDeadLetters:N0}; the copy is confirmed before the message is acknowledged")),
            (TransportFeature.Length, TransportSupport.Emulated("ready, delayed and dead are the broker's; in flight is this process's alone; no age")),
            (TransportFeature.Purge, TransportSupport.Emulated("exact, but for what other processes fetched and did not start")),
            (TransportFeature.Browse, TransportSupport.Emulated("oldest first; taken and given back")));
}
