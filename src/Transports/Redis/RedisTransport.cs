using HighPerf.Connections;
using HighPerf.Transports.Redis;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports;

/// <summary>
/// Redis Streams as a broker: at-least-once delivery under leases, delays, priorities, ordering keys, expiry and dead letters, by scripts that decide on the server and by its
/// clock. What accepted messages survive is what Redis is configured for; it is asked at the start.
/// </summary>
public sealed class RedisTransport : Transport
{
    private readonly Lock _lock = new();
    private readonly RedisConnector _connector;
    private readonly BufferPool _pool;
    private readonly List<RedisReceiver> _receivers = [];
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly DestinationMap<RedisQueue> _queues;
    private TransportCapabilities? _capabilities;
    private ServerFacts _facts;
    private int _consumers;
    private bool _disposed;

    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>redis[s]://[user:password@]host[:port][,host[:port]][/database][?master=NAME]</c>.</param>
    /// <param name="options">Bounds and level; the defaults when null.</param>
    /// <param name="logger">Told of connections and of what fails.</param>
    /// <param name="clock">Time-outs and back-off follow it, but no lease, delay or expiry: those follow the server's clock. <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The address or an option is wrong. The message does not repeat the address.</exception>
    public RedisTransport(string name, string address, RedisTransportOptions? options = null, ILogger? logger = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name)
    {
        Options = options ?? new RedisTransportOptions();
        Options.Validate();
        _queues = new DestinationMap<RedisQueue>(queue => new RedisQueue(this, queue));
        Logger = logger ?? NullLogger.Instance;
        Clock = clock ?? TimeProvider.System;
        _pool = pool ?? BufferPool.Shared;
        _connector = new RedisConnector(name, RedisAddress.Parse(address), Options, Logger, Clock);
        ConsumerPrefix = Options.ConsumerName ?? $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
        Node = CreateNode(slot: null);
    }

    /// <inheritdoc/>
    public override string Description => _connector.Description;

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities => _capabilities ??= Describe();

    /// <inheritdoc/>
    public override DurabilityLevel Durability => _facts.Level;

    internal RedisTransportOptions Options { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Clock { get; }

    internal string ConsumerPrefix { get; }

    /// <summary>Without a cluster where everything is; with one, one of its nodes.</summary>
    internal RedisNode Node { get; }

    /// <summary>True when each queue has to find its own node. Known once started.</summary>
    internal bool IsCluster { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">No server answers, it refuses the login, it evicts keys, or it gives less than <see cref="RedisTransportOptions.MinimumDurability"/>.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Options.StartTimeout, Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await Node.StartAsync(linked.Token).ConfigureAwait(false);
            IsCluster = Node.Control.ServerMode == "cluster";
            _facts = await ServerFacts.AskAsync(Node.Control, Options).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HighPerfException($"Redis at {Description} did not answer within {Options.StartTimeout.TotalSeconds:0.#} s: {Node.Control.Connection.LastError?.Message}", Node.Control.Connection.LastError);
        }

        if (_facts.Level < Options.MinimumDurability)
        {
            throw new HighPerfException($"Redis at {Description} gives level {_facts.Level} ({_facts.Why}) and MinimumDurability is {Options.MinimumDurability}. Configure appendonly and appendfsync, set WaitReplicas, or ask for less.");
        }

        if (_facts.ConfigRefused is { } reason)
        {
            RedisLog.NoConfig(Logger, reason, _facts.Level);
        }

        _capabilities = null;
        RedisLog.Connected(Logger, Node.Control.ServerVersion, Node.Control.ServerMode, Description, _facts.Level, _facts.Why);
    }

    /// <inheritdoc/>
    public override Destination GetDestination(string queue) => _queues.Get(queue);

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination is RedisQueue queue && ReferenceEquals(queue.Transport, this))
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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, DeliveryTable.MaxRows, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromMilliseconds(10), nameof(ReceiverOptions.Lease));
        var source = _queues.Get(queue);
        await source.DeclareAsync().ConfigureAwait(false);
        RedisReceiver receiver;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            receiver = new RedisReceiver(this, source, options, signal, $"{ConsumerPrefix}:{_consumers++}");
            _receivers.Add(receiver);
        }

        await receiver.StartAsync(cancellationToken).ConfigureAwait(false);
        return receiver;
    }

    /// <inheritdoc/>
    public override async ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
    {
        var items = (await CallDeclaredAsync(_queues.Get(queue), RedisScript.Length).ConfigureAwait(false)).Items;
        return new QueueLength(items[0].Integer, items[1].Integer, items[2].Integer, items[3].Integer, items[4].Integer < 0 ? null : TimeSpan.FromMilliseconds(items[4].Integer));
    }

    /// <inheritdoc/>
    public override async ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken)
    {
        // In pieces: a script holds up everybody else.
        const int Piece = 10_000;
        for (var purged = 0L; ;)
        {
            var removed = (await CallDeclaredAsync(_queues.Get(queue), RedisScript.Purge, includeDelayed ? 1 : 0, Piece).ConfigureAwait(false)).Integer;
            purged += removed;
            if (removed < Piece)
            {
                return purged;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
    {
        if (max <= 0)
        {
            return [];
        }

        var source = _queues.Get(queue);
        await source.DeclareAsync().ConfigureAwait(false);
        var reply = await source.Node.Control.CallAsync("XRANGE", source.Keys.DeadLetters, "-", "+", "COUNT", max).ConfigureAwait(false);
        return reply.IsError ? throw new HighPerfException($"Redis refused to show dead letters: {reply.Text}") : Array.ConvertAll(reply.Items, static entry => ReadDeadLetter(entry));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
    {
        const int Piece = 500;
        var replayed = 0;
        while (replayed < max)
        {
            var count = (int)(await CallDeclaredAsync(_queues.Get(queue), RedisScript.Replay, Math.Min(Piece, max - replayed)).ConfigureAwait(false)).Integer;
            replayed += count;
            if (count < Piece)
            {
                break;
            }
        }

        return replayed;
    }

    /// <summary>Gives back what is out, ends publishers that wait, and disconnects.</summary>
    public override async ValueTask DisposeAsync()
    {
        RedisReceiver[] receivers;
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

        _queues.Close(static queue => queue.Close());
        foreach (var queue in _queues.All)
        {
            if (queue.Node != Node)
            {
                await queue.Node.DisposeAsync().ConfigureAwait(false);
            }
        }

        await Node.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Connections that are not started.</summary>
    /// <param name="slot">The cluster's slot; null without a cluster.</param>
    internal RedisNode CreateNode(int? slot)
    {
        // WAIT stops a connection until the replicas answered: nothing else may be on it.
        var node = new RedisNode(_connector, slot, publishesApart: Options.WaitReplicas > 0);
        node.Control.Connected = _ => OnConnected(node);
        node.Control.Pushed = OnPushed;
        return node;
    }

    internal void Forget(RedisReceiver receiver)
    {
        lock (_lock)
        {
            _receivers.Remove(receiver);
        }
    }

    internal void SubscribeToRoom(RedisQueue queue)
    {
        lock (_lock)
        {
            if (!_subscribed.Add(queue.Keys.Room))
            {
                return;
            }
        }

        queue.Node.Control.Subscribe(queue.Keys.Room);
    }

    private async ValueTask<RespValue> CallDeclaredAsync(RedisQueue queue, RedisScript script, params object[] arguments)
    {
        await queue.DeclareAsync().ConfigureAwait(false);
        var reply = await queue.Node.CallScriptAsync(queue.Keys.All, script, arguments).ConfigureAwait(false);
        if (reply.IsError && reply.Text.Contains("NOGROUP", StringComparison.Ordinal))
        {
            await queue.DeclareAsync(again: true).ConfigureAwait(false);
            reply = await queue.Node.CallScriptAsync(queue.Keys.All, script, arguments).ConfigureAwait(false);
        }

        return reply.IsError ? throw new HighPerfException($"Redis refused {script.Name} on {queue}: {reply.Text}") : reply;
    }

    private void OnConnected(RedisNode node)
    {
        foreach (var queue in _queues.All)
        {
            if (queue.Node != node)
            {
                continue;
            }

            bool isSubscribed;
            lock (_lock)
            {
                isSubscribed = _subscribed.Contains(queue.Keys.Room);
            }

            if (isSubscribed)
            {
                node.Control.Subscribe(queue.Keys.Room);
            }

            queue.OnRoom();
        }
    }

    private void OnPushed(string kind, string channel)
    {
        foreach (var queue in kind is "message" or "subscribe" ? _queues.All : [])
        {
            if (queue.Keys.Room == channel)
            {
                queue.OnRoom();
            }
        }
    }

    private static DeadLetter ReadDeadLetter(RespValue entry)
    {
        var fields = entry.Items[1];
        return new DeadLetter
        {
            Bytes = fields.Field("b")!.Bytes,
            Reason = (DeadLetterReason)fields.Field("r")!.Integer,
            Description = fields.Field("d")!.Text,
            DeliveryCount = (int)fields.Field("n")!.Integer,
            At = DateTimeOffset.FromUnixTimeMilliseconds(StreamId.Parse(entry.Items[0].Bytes).Milliseconds),
        };
    }

    private TransportCapabilities Describe()
        => new(
            Math.Min(Options.MaxMessageBytes, Options.CapacityBytes),
            (TransportFeature.Delay, TransportSupport.Emulated("any, a sorted set per queue; never early by the server's clock, late by at most 1 s when idle")),
            (TransportFeature.Priority, TransportSupport.Emulated("8 : 4 : 1, a stream per class")),
            (TransportFeature.OrderingKey, TransportSupport.Emulated("one at a time per key, a list per key that has more than one")),
            (TransportFeature.LeaseRenewal, TransportSupport.Emulated("idle time and XAUTOCLAIM; owner and delivery count are checked in the script that settles")),
            (TransportFeature.Deduplication, Options.DeduplicationWindow > TimeSpan.Zero ? TransportSupport.Emulated($"{Options.DeduplicationWindow} by message id, in the script that publishes") : TransportSupport.Impossible("DeduplicationWindow is not set")),
            (TransportFeature.Expiry, TransportSupport.Emulated("ended as dead letters when they come to the front, by the server's clock")),
            (TransportFeature.DeadLetter, TransportSupport.Emulated($"a stream per queue, at most {Options.MaxDeadLetters:N0}")),
            (TransportFeature.Length, TransportSupport.Native("exact")),
            (TransportFeature.Purge, TransportSupport.Native("exact, in pieces of 10,000")),
            (TransportFeature.Browse, TransportSupport.Native("oldest first")));
}
