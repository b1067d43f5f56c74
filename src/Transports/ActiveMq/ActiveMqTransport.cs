using HighPerf.Transports.ActiveMq;
using HighPerf.Transports.ActiveMq.Stomp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports;

/// <summary>
/// ActiveMQ Classic as a broker, over STOMP 1.2: at-least-once delivery by individual acknowledgement, delays by the broker's scheduler, priorities by a queue per class, ordering keys by
/// message groups, dead letters with reason and count in one transaction with the acknowledgement. What a queue holds it only says where its statistics plugin is configured.
/// </summary>
public sealed class ActiveMqTransport : Transport
{
    private const int MaxPrefetch = 1 << 16;

    private readonly Lock _lock = new();
    private readonly ActiveMqAddress _address;
    private readonly BufferPool _pool;
    private readonly ControlLine _control;
    private readonly QueueControl _queueControl;
    private readonly List<ActiveMqReceiver> _receivers = [];
    private readonly DestinationMap<ActiveMqQueue> _queues;
    private TransportCapabilities? _capabilities;
    private bool _disposed;

    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>stomp[+ssl]://[user:password@]host[:port][,host[:port]]</c>.</param>
    /// <param name="options">Bounds and level; the defaults when null.</param>
    /// <param name="logger">Told of connections and of what fails.</param>
    /// <param name="clock">Time-outs, back-off, leases and expiry follow it; delays follow the broker's clock. <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The address or an option is wrong. The message does not repeat the address.</exception>
    public ActiveMqTransport(string name, string address, ActiveMqTransportOptions? options = null, ILogger? logger = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name)
    {
        Options = options ?? new ActiveMqTransportOptions();
        Options.Validate();
        _queues = new DestinationMap<ActiveMqQueue>(queue => new ActiveMqQueue(this, queue));
        _address = ActiveMqAddress.Parse(address);
        Logger = logger ?? NullLogger.Instance;
        Clock = clock ?? TimeProvider.System;
        _pool = pool ?? BufferPool.Shared;
        Options.Connection.Hosts = _address.Hosts;
        Options.Connection.Tls = _address.IsTls ? Options.Tls : null;
        _control = new ControlLine(this);
        _queueControl = new QueueControl(this, _control);
        Publishing = new PublishLine(this);
    }

    /// <inheritdoc/>
    public override string Description => _address.ToString();

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities => _capabilities ??= Describe();

    /// <inheritdoc/>
    public override DurabilityLevel Durability => Options.AssumedDurability;

    internal ActiveMqTransportOptions Options { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Clock { get; }

    internal BrokerFacts Facts { get; private set; } = BrokerFacts.Unknown;

    internal PublishLine Publishing { get; }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">No broker answers, or it refuses the login.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Options.StartTimeout, Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            _control.Client.Connection.Start();
            Publishing.Client.Connection.Start();
            await _control.Client.Connection.WaitUntilConnectedAsync(linked.Token).ConfigureAwait(false);
            await Publishing.Client.Connection.WaitUntilConnectedAsync(linked.Token).ConfigureAwait(false);
            Facts = await BrokerFacts.AskAsync(_control, Options, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HighPerfException($"ActiveMQ at {Description} did not answer within {Options.StartTimeout.TotalSeconds:0.#} s: {_control.Client.Connection.LastError?.Message}", _control.Client.Connection.LastError);
        }

        _capabilities = null;
        var server = _control.Client.Server;
        ActiveMqLog.Connected(Logger, server, Description, Facts.HasScheduler ? "on" : "off", Facts.HasStatistics ? "there" : "not there", Durability);
        if (!server.StartsWith("ActiveMQ/", StringComparison.Ordinal))
        {
            ActiveMqLog.NotClassic(Logger, server);
        }
    }

    /// <inheritdoc/>
    public override Destination GetDestination(string queue) => _queues.Get(queue);

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination is ActiveMqQueue queue && ReferenceEquals(queue.Transport, this))
        {
            return queue.PublishAsync(in message, cancellationToken);
        }

        return RejectForeign(destination, in message);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Prefetch is not 1 to 65,536, or the lease is shorter than 10 ms.</exception>
    public override async ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Prefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, MaxPrefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromMilliseconds(10), nameof(ReceiverOptions.Lease));
        var source = _queues.Get(queue);
        var intake = await EnterAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            var receiver = await intake.OpenAsync(options, signal).ConfigureAwait(false);
            lock (_lock)
            {
                _receivers.Add(receiver);
            }

            return receiver;
        }
        catch
        {
            await LeaveAsync(intake).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
        => await _queueControl.GetLengthAsync(_queues.Get(queue), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken)
    {
        var source = _queues.Get(queue);
        var until = await _queueControl.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var purged = includeDelayed && Facts is { HasScheduler: true, HasStatistics: true } ? await _queueControl.RemoveDelayedAsync(source, cancellationToken).ConfigureAwait(false) : 0L;
        var intake = await EnterAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            return purged + await intake.PurgeAsync(includeDelayed, until).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync(intake).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => max <= 0 ? [] : await _queueControl.BrowseAsync(_queues.Get(queue), max, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => await _queueControl.ReplayAsync(_queues.Get(queue), max, cancellationToken).ConfigureAwait(false);

    /// <summary>Gives back what is out, ends publishers that wait, and disconnects.</summary>
    public override async ValueTask DisposeAsync()
    {
        ActiveMqReceiver[] receivers;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            receivers = [.. _receivers];
        }

        foreach (var receiver in receivers)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        await Publishing.DisposeAsync().ConfigureAwait(false);
        await _control.DisposeAsync().ConfigureAwait(false);
    }

    internal StompClient CreateClient(string purpose, StompHandler handler)
    {
        // A dead letter or a browsed message may be somebody else's, and larger than ours.
        var limits = new StompLimits(Math.Max(Options.MaxMessageBytes, 100 * 1024 * 1024));
        var heartBeat = Options.Connection.SilenceTimeout / 3;
        return new StompClient($"{Name} ({purpose}, {Description})", Options.Connection, new StompLogin(_address.User, _address.Password, heartBeat), limits, handler, Logger, Clock);
    }

    internal async ValueTask CloseAsync(QueueIntake intake, ActiveMqReceiver receiver)
    {
        lock (_lock)
        {
            _receivers.Remove(receiver);
        }

        await LeaveAsync(intake).ConfigureAwait(false);
    }

    /// <summary>The queue's intake, connected; to be left once for each time it was entered.</summary>
    private async ValueTask<QueueIntake> EnterAsync(ActiveMqQueue queue, CancellationToken cancellationToken)
    {
        QueueIntake intake;
        await queue.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (queue.Intake is null)
            {
                queue.Intake = new QueueIntake(this, queue);
                queue.Intake.Client.Connection.Start();
            }

            intake = queue.Intake;
            intake.Users++;
        }
        finally
        {
            queue.Gate.Release();
        }

        try
        {
            await intake.Client.Connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            return intake;
        }
        catch
        {
            await LeaveAsync(intake).ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask LeaveAsync(QueueIntake intake)
    {
        var queue = intake.Queue;
        await queue.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (--intake.Users == 0)
            {
                queue.Intake = null;
                await intake.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            queue.Gate.Release();
        }
    }

    private TransportCapabilities Describe()
        => new(
            Options.MaxMessageBytes,
            (TransportFeature.Delay, Facts.HasScheduler ? TransportSupport.Native("any, by the broker's scheduler and clock; late by at most about 0.5 s") : TransportSupport.Impossible("the broker's scheduler is off (schedulerSupport=\"true\")")),
            (TransportFeature.Priority, TransportSupport.Emulated("8 : 4 : 1, a queue per class, each with the prefetch")),
            (TransportFeature.OrderingKey, TransportSupport.Emulated("message groups keep a key with one process, this transport lets one of a key out at a time; its retries wait here")),
            (TransportFeature.LeaseRenewal, TransportSupport.Emulated("by this process for its own consumers; to the broker the lease is the connection, kept by heart-beats")),
            (TransportFeature.Deduplication, TransportSupport.Impossible("ActiveMQ tells apart its own ids, not ours")),
            (TransportFeature.Expiry, TransportSupport.Emulated("ended as dead letters when they come to a consumer, by its clock")),
            (TransportFeature.DeadLetter, TransportSupport.Emulated("a queue per queue, in one transaction with the acknowledgement; bounded by the broker only")),
            (TransportFeature.Length, Facts.HasStatistics ? TransportSupport.Native($"by the statistics plugin; delayed ones {(Options.CountDelayed ? "by reading the scheduler" : "unknown")}") : TransportSupport.Impossible("unknown over STOMP without the statistics plugin (and XStream, to answer over STOMP)")),
            (TransportFeature.Purge, TransportSupport.Emulated($"received and dropped until nothing comes for {Options.PurgeQuiet.TotalSeconds:0.###} s; what is ahead with other processes stays")),
            (TransportFeature.Browse, TransportSupport.Native("oldest first, at most as many as the broker pages in for browsers (400)")));
}
