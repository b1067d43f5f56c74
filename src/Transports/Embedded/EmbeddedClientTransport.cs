using System.Collections.Concurrent;
using HighPerf.Transports.Embedded;

namespace HighPerf.Transports;

/// <summary>
/// An embedded broker that another process of the same user and host has (<see cref="EmbeddedTransportOptions.Socket"/>), over its Unix socket. It publishes on one connection and
/// consumes on another, and connects again for ever when the broker's process ends and comes back: publishes that were on their way are then unknown, leases are lost.
/// </summary>
public sealed class EmbeddedClientTransport : Transport
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly EmbeddedClientOptions _options;
    private readonly BufferPool _pool;
    private readonly ClientLink _publishing;
    private readonly ClientLink _consuming;
    private readonly ConcurrentDictionary<string, ClientDestination> _destinations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, ClientReceiver> _receivers = new();
    private TransportCapabilities _capabilities;
    private int _lastReceiver;
    private bool _isDisposed;

    /// <summary>Creates a transport. Nothing is connected before it is started.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="socket">The broker's socket.</param>
    /// <param name="options">The defaults when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="HighPerfException">The path is longer than the system takes.</exception>
    public EmbeddedClientTransport(string name, string socket, EmbeddedClientOptions? options = null, BufferPool? pool = null)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(socket);
        _options = options ?? new EmbeddedClientOptions();
        _options.Validate();
        _ = SocketPath.EndPoint(socket);
        _path = System.IO.Path.GetFullPath(socket);
        _pool = pool ?? BufferPool.Shared;
        _publishing = new ClientLink(_path, _options, ClientLink.Unexpected, static () => { }, static () => { });
        _consuming = new ClientLink(_path, _options, OnFrame, OnConnected, OnDisconnected);
        _capabilities = Describe(maxMessage: 1);
    }

    /// <inheritdoc/>
    public override string Description => $"embedded at {_path}";

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities => _capabilities;

    /// <inheritdoc/>
    public override DurabilityLevel Durability => _publishing.Durability;

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The broker does not answer within 10 s, or speaks another version.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _publishing.StartAsync(cancellationToken).WaitAsync(s_connectTimeout, cancellationToken).ConfigureAwait(false);
            await _consuming.StartAsync(cancellationToken).WaitAsync(s_connectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new HighPerfException($"No embedded broker answers on '{_path}' within {s_connectTimeout.TotalSeconds} s. Is the process that has it running, with {nameof(EmbeddedTransportOptions.Socket)} set, as this user?", exception);
        }

        _capabilities = Describe(_publishing.MaxMessage);
    }

    /// <inheritdoc/>
    public override Destination GetDestination(string queue)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queue);
        return _destinations.GetOrAdd(queue, static (name, transport) => new ClientDestination(transport, name), this);
    }

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination.Transport != this)
        {
            return RejectForeign(destination, in message);
        }

        if (message.Bytes.Length > _capabilities.MaxMessageBytes)
        {
            return Refuse(in message, $"The message has {message.Bytes.Length} bytes; {destination} takes at most {_capabilities.MaxMessageBytes}.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Refuse(in message, $"Publishing to {destination} was cancelled before it began.");
        }

        return _publishing.IsConnected ? Publish(destination, in message, cancellationToken) : PublishLaterAsync(destination, message, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signal);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var id = Interlocked.Increment(ref _lastReceiver);
        var receiver = new ClientReceiver(this, _consuming, id, GetDestination(queue), options, signal);
        try
        {
            await _consuming.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            await receiver.OpenAsync().ConfigureAwait(false);
            _receivers[id] = receiver;
            return receiver;
        }
        catch
        {
            receiver.Drop();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken)
    {
        var (_, data) = await AskAsync(FrameKind.Length, frame => frame.Text(queue), cancellationToken).ConfigureAwait(false);
        return Read(data);

        static QueueLength Read(byte[] data)
        {
            var frame = new FrameReader(data);
            var (ready, delayed, inFlight, dead, oldest) = (frame.Int64(), frame.Int64(), frame.Int64(), frame.Int64(), frame.Int64());
            return new QueueLength(ready, delayed, inFlight, dead, oldest < 0 ? null : TimeSpan.FromTicks(oldest));
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken)
        => (await AskAsync(FrameKind.Purge, frame => frame.Byte(includeDelayed ? (byte)1 : (byte)0).Text(queue), cancellationToken).ConfigureAwait(false)).Number;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
    {
        var (count, data) = await AskAsync(FrameKind.Browse, frame => frame.Int32(max).Text(queue), cancellationToken).ConfigureAwait(false);
        return Read(count, data);

        static List<DeadLetter> Read(long count, byte[] data)
        {
            var frame = new FrameReader(data);
            var letters = new List<DeadLetter>();
            for (var i = 0L; i < count; i++)
            {
                var (reason, deliveries, at, description) = ((DeadLetterReason)frame.Byte(), frame.Int32(), frame.Int64(), frame.Text() ?? "");
                letters.Add(new DeadLetter
                {
                    Reason = reason,
                    DeliveryCount = deliveries,
                    At = new DateTimeOffset(at, TimeSpan.Zero),
                    Description = description,
                    Bytes = frame.Bytes(frame.Int32()).ToArray(),
                });
            }

            return letters;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => (int)(await AskAsync(FrameKind.Replay, frame => frame.Int32(max).Text(queue), cancellationToken).ConfigureAwait(false)).Number;

    /// <summary>Gives back what its receivers have out, uncounted, and ends the connections.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        foreach (var receiver in _receivers.Values)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        await _publishing.DisposeAsync().ConfigureAwait(false);
        await _consuming.DisposeAsync().ConfigureAwait(false);
    }

    internal void Forget(int receiver) => _receivers.TryRemove(receiver, out _);

    private static TransportCapabilities Describe(long maxMessage) => new(
        maxMessage,
        (TransportFeature.Delay, TransportSupport.Native("any, never early by the broker's clock; survives a restart")),
        (TransportFeature.Priority, TransportSupport.Native("8 : 4 : 1")),
        (TransportFeature.OrderingKey, TransportSupport.Native("one at a time per key")),
        (TransportFeature.LeaseRenewal, TransportSupport.Native("by the broker's clock; lost with the connection")),
        (TransportFeature.Deduplication, TransportSupport.Impossible("ids are not remembered")),
        (TransportFeature.Expiry, TransportSupport.Native("dropped when they come to the front")),
        (TransportFeature.DeadLetter, TransportSupport.Native("in the broker's journal")),
        (TransportFeature.Length, TransportSupport.Native("exact")),
        (TransportFeature.Purge, TransportSupport.Native("exact")),
        (TransportFeature.Browse, TransportSupport.Native("oldest first")));

    private static ValueTask<PublishOutcome> Refuse(in OutgoingMessage message, string reason)
    {
        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
    }

    private async ValueTask<PublishOutcome> PublishLaterAsync(Destination destination, OutgoingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _publishing.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await Refuse(in message, $"Publishing to {destination} was cancelled while it waited for the broker.").ConfigureAwait(false);
        }

        // Where nobody came in time it says so.
        return await Publish(destination, in message, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<PublishOutcome> Publish(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        var pending = _publishing.Rent();
        var outcome = pending.Outcome;
        var frame = FrameWriter.New()
            .Int32(_publishing.Expect(pending))
            .Byte((byte)message.Priority)
            .Byte(message.IsFollowUp ? (byte)1 : (byte)0)
            .Int64(message.NotBeforeTicks)
            .Int64(message.ExpiresTicks)
            .Int64(message.SentTicks)
            .Text(destination.Queue)
            .Text(message.OrderingKey);
        _publishing.Send(FrameKind.Publish, pending, frame.Written, message.Bytes.Span);
        message.Bytes.Return();
        if (cancellationToken.CanBeCanceled)
        {
            pending.CancelWith(cancellationToken);
        }

        return outcome;
    }

    private async ValueTask<(long Number, byte[] Data)> AskAsync(FrameKind kind, Func<FrameWriter, FrameWriter> write, CancellationToken cancellationToken)
    {
        await _consuming.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
        return await Ask(kind, write).ConfigureAwait(false);
    }

    private ValueTask<(long Number, byte[] Data)> Ask(FrameKind kind, Func<FrameWriter, FrameWriter> write)
    {
        var pending = _consuming.Rent();
        var answer = pending.Answer;
        _consuming.Send(kind, pending, write(FrameWriter.New().Int32(_consuming.Expect(pending))).Written);
        return answer;
    }

    private void OnFrame(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = new FrameReader(payload);
        var id = frame.Int32();
        if (kind is not (FrameKind.Deliver or FrameKind.LeaseLost) || id < 1 || id > Volatile.Read(ref _lastReceiver))
        {
            ClientLink.Unexpected(kind, payload);
        }

        if (!_receivers.TryGetValue(id, out var receiver))
        {
            // It was closed a moment ago.
            return;
        }

        if (kind == FrameKind.Deliver)
        {
            receiver.OnDeliver(ref frame);
            return;
        }

        var token = frame.Int64();
        frame.End();
        receiver.OnLeaseLost(token);
    }

    private void OnConnected()
    {
        foreach (var receiver in _receivers.Values)
        {
            receiver.Reopen();
        }
    }

    private void OnDisconnected()
    {
        foreach (var receiver in _receivers.Values)
        {
            receiver.OnDisconnected();
        }
    }
}
