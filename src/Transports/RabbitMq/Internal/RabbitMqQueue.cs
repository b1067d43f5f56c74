using System.Numerics;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// A queue, and the way into it. What it holds is counted at the broker; the broker pushes to its consumers, so what those fetched and nobody took is counted by the transport.
/// </summary>
internal sealed class RabbitMqQueue : Destination
{
    private static readonly CachedString s_defaultExchange = new("");

    private readonly RabbitMqTransport _transport;
    private readonly RabbitMqTransportOptions _options;
    private readonly SemaphoreSlim _declaring = new(1);
    private readonly CachedString[] _levelExchanges;
    private volatile bool _isDeclared;

    public RabbitMqQueue(RabbitMqTransport transport, string queue)
        : base(transport, queue)
    {
        _transport = transport;
        _options = transport.Options;
        Names = new RabbitMqNames(queue, ReplyQueue.Is(queue) ? 0 : _options.OrderingShards);
        Topology = new RabbitMqTopology(transport, Names, queue);
        Line = new PublishLine(this, transport);
        _levelExchanges = [.. Enumerable.Range(0, transport.MaxLevels).Select(level => new CachedString(Names.Level(level)))];
    }

    public RabbitMqNames Names { get; }

    public RabbitMqTopology Topology { get; }

    /// <summary>Who waits before his message is sent.</summary>
    public PublishLine Line { get; }

    public bool IsDeclared => _isDeclared;

    public ValueTask<PublishOutcome> PublishAsync(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (WhyNot(in message, cancellationToken) is { } reason)
        {
            message.Bytes.Return();
            return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
        }

        var request = CreateRequest(in message, new MessageHeaders { Expires = message.ExpiresTicks, Key = message.OrderingKey }, waitsForRoom: !message.IsFollowUp);
        request.CancelWith(cancellationToken);
        Line.Hand(request);
        return new ValueTask<PublishOutcome>(request.Task);
    }

    /// <summary>Publishes a copy of what was delivered: later, with the deliveries that it had.</summary>
    public Task<PublishOutcome> PublishCopyAsync(ReadOnlySpan<byte> bytes, MessageId id, MessagePriority priority, MessageHeaders headers, TimeSpan delay)
    {
        var message = new OutgoingMessage
        {
            Bytes = Copy(bytes),
            Id = id,
            Priority = priority,
            OrderingKey = headers.Key,
            NotBeforeTicks = delay > TimeSpan.Zero ? _transport.Clock.GetUtcNow().UtcTicks + Math.Min(delay.Ticks, _transport.Horizon.Ticks) : 0,
        };
        var request = CreateRequest(in message, headers, waitsForRoom: false);
        Line.Hand(request);
        return request.Task;
    }

    /// <summary>Publishes a copy to the dead letters.</summary>
    public Task<PublishOutcome> PublishDeadAsync(ReadOnlySpan<byte> bytes, MessageId id, MessageHeaders headers)
    {
        var message = new OutgoingMessage { Bytes = Copy(bytes), Id = id };
        var request = new PublishRequest(this, in message) { Exchange = s_defaultExchange, Route = Names.DeadKey, Headers = headers };
        Line.Hand(request);
        return request.Task;
    }

    public void OnUnroutable()
    {
        _isDeclared = false;
        Topology.Forget();
    }

    public async ValueTask DeclareAsync(CancellationToken cancellationToken)
    {
        if (_isDeclared)
        {
            return;
        }

        await _declaring.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isDeclared)
            {
                await Topology.DeclareAsync(cancellationToken).ConfigureAwait(false);
                await Topology.FindLevelsAsync(cancellationToken).ConfigureAwait(false);
                _isDeclared = true;
            }
        }
        finally
        {
            _declaring.Release();
        }
    }

    /// <summary>Counts at the broker, and adds what consumers of this transport fetched and nobody took.</summary>
    public async Task<(long Ready, long Delayed, long Dead)> CountAsync(CancellationToken cancellationToken)
    {
        await DeclareAsync(cancellationToken).ConfigureAwait(false);
        await Topology.FindLevelsAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _transport.Admin.CallAsync(
                async (channel, token) =>
                {
                    long ready = 0, delayed = 0;
                    foreach (var place in Names.Places)
                    {
                        ready += await channel.MessageCountAsync(place, token).ConfigureAwait(false);
                    }

                    for (var level = 0; level < Topology.Levels; level++)
                    {
                        delayed += await channel.MessageCountAsync(Names.Level(level), token).ConfigureAwait(false);
                    }

                    var dead = (long)await channel.MessageCountAsync(Names.Dead, token).ConfigureAwait(false);

                    // Last: what left the broker while it was counted has arrived by now, and counts twice rather than not at all.
                    return (ready + _transport.CountFetched(this), delayed, dead);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == ChannelEnd.NotFound)
        {
            OnUnroutable();
            throw;
        }
    }

    private string? WhyNot(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return "The publish was cancelled before it was handed over.";
        }

        var max = Math.Min(_options.MaxMessageBytes, _options.CapacityBytes);
        if (message.Bytes.Length > max)
        {
            return $"The message has {message.Bytes.Length} bytes; {this} takes at most {max}.";
        }

        if (message.OrderingKey is not null && Names.Places.Length == RabbitMqNames.FirstShard)
        {
            return $"{this} has no ordering keys: {(ReplyQueue.Is(Queue) ? "it is a reply queue" : "OrderingShards is 0")}.";
        }

        return message.NotBeforeTicks > 0 && message.NotBeforeTicks - _transport.Clock.GetUtcNow().UtcTicks > _transport.Horizon.Ticks
            ? $"{this} holds messages for at most {_transport.Horizon.TotalDays:0.#} days; this one is for {new DateTime(message.NotBeforeTicks, DateTimeKind.Utc):O}."
            : null;
    }

    private PublishRequest CreateRequest(in OutgoingMessage message, MessageHeaders headers, bool waitsForRoom)
    {
        var place = Names.PlaceOf(message.OrderingKey, message.Priority);
        var wait = message.NotBeforeTicks > 0 ? message.NotBeforeTicks - _transport.Clock.GetUtcNow().UtcTicks : 0;
        if (wait <= 0)
        {
            return new PublishRequest(this, in message) { Exchange = s_defaultExchange, Route = Names.Keys[place], Headers = headers, WaitsForRoom = waitsForRoom };
        }

        // Rounded up: never early.
        var units = (wait + _options.DelayUnit.Ticks - 1) / _options.DelayUnit.Ticks;
        var level = BitOperations.Log2((ulong)units);
        return new PublishRequest(this, in message)
        {
            Exchange = _levelExchanges[level],
            Route = new CachedString(RabbitMqNames.RouteOf(place, units)),
            Headers = headers,
            Level = level,
            WaitsForRoom = waitsForRoom,
        };
    }

    private PooledBuffer Copy(ReadOnlySpan<byte> bytes)
    {
        var buffer = _transport.Rent();
        buffer.Write(bytes);
        return buffer;
    }
}
