using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// Declares what a queue is made of. A declaration creates what is absent and compares what is there, and the broker refuses one that differs: nothing that exists is ever
/// changed or deleted (contract D20).
/// </summary>
internal sealed class RabbitMqTopology(RabbitMqTransport transport, RabbitMqNames names, string queue)
{
    private const long MaxTimeToLive = uint.MaxValue;

    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(30);

    private readonly RabbitMqTransportOptions _options = transport.Options;
    private long _lookedAt;

    /// <summary>Levels that this process knows to be there: 0 to this, exclusive.</summary>
    public int Levels { get; private set; }

    /// <summary>Most levels: a time to live is at most 49 days.</summary>
    public static int MaxLevels(TimeSpan unit)
    {
        var levels = 0;
        while ((long)unit.TotalMilliseconds << levels <= MaxTimeToLive)
        {
            levels++;
        }

        return levels;
    }

    /// <summary>Declares places and dead letters.</summary>
    public Task DeclareAsync(CancellationToken cancellationToken)
        => transport.Admin.CallAsync(
            async (channel, token) =>
            {
                // Dead letters first: what is moved there must find it.
                await DeclareAsync(channel, names.Dead, new() { ["x-overflow"] = "reject-publish", ["x-max-length"] = _options.MaxDeadLetters }, token).ConfigureAwait(false);
                for (var place = 0; place < names.Places.Length; place++)
                {
                    await DeclareAsync(channel, names.Places[place], PlaceArguments(place), token).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);

    /// <summary>Declares levels 0 to <paramref name="level"/>. Those below a level are always there before it: it hands on to them.</summary>
    public async Task DeclareLevelsAsync(int level, CancellationToken cancellationToken)
    {
        for (var next = Levels; next <= level; next = Levels)
        {
            await transport.Admin.CallAsync((channel, token) => DeclareLevelAsync(channel, next, token), cancellationToken).ConfigureAwait(false);
            Levels = next + 1;
        }
    }

    /// <summary>Looks for levels that other processes declared; not often, as the broker logs what is not there as an error.</summary>
    public async Task FindLevelsAsync(CancellationToken cancellationToken)
    {
        if (_lookedAt != 0 && transport.Clock.GetElapsedTime(_lookedAt) < s_lookAgain)
        {
            return;
        }

        _lookedAt = transport.Clock.GetTimestamp();
        while (Levels < MaxLevels(_options.DelayUnit))
        {
            try
            {
                await transport.Admin.CallAsync((channel, token) => channel.QueueDeclarePassiveAsync(names.Level(Levels), token), cancellationToken).ConfigureAwait(false);
                Levels++;
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == ChannelEnd.NotFound)
            {
                return;
            }
        }
    }

    /// <summary>Somebody deleted something: all of it is declared again.</summary>
    public void Forget() => (Levels, _lookedAt) = (0, 0);

    private Dictionary<string, object?> PlaceArguments(int place)
    {
        // Twice the bound: publishers here wait before that, and retries and replays do not wait.
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["x-overflow"] = "reject-publish",
            ["x-max-length"] = (2L * _options.Capacity) + 1024,
            ["x-max-length-bytes"] = 2 * Math.Min(_options.CapacityBytes, long.MaxValue / 4),
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = names.Dead,
            ["x-dead-letter-strategy"] = "at-least-once",
        };
        if (_options.DeliveryLimit is { } limit)
        {
            arguments["x-delivery-limit"] = limit;
        }

        if (place >= RabbitMqNames.FirstShard)
        {
            arguments["x-single-active-consumer"] = true;
        }

        return arguments;
    }

    private async Task<bool> DeclareLevelAsync(IChannel channel, int level, CancellationToken token)
    {
        var below = level == 0 ? names.Due : names.Level(level - 1);
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["x-overflow"] = "reject-publish",
            ["x-message-ttl"] = (long)_options.DelayUnit.TotalMilliseconds << level,
            ["x-dead-letter-exchange"] = below,
            ["x-dead-letter-strategy"] = "at-least-once",
        };
        await DeclareAsync(channel, names.Level(level), arguments, token).ConfigureAwait(false);
        if (!_options.DeclareTopology)
        {
            return true;
        }

        if (level == 0)
        {
            await channel.ExchangeDeclareAsync(names.Due, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: token).ConfigureAwait(false);
            for (var place = 0; place < names.Places.Length; place++)
            {
                await channel.QueueBindAsync(names.Places[place], names.Due, $"p{place}.#", cancellationToken: token).ConfigureAwait(false);
            }
        }

        // A word per level from the lowest: bit set, wait here; not set, on to the level below.
        await channel.ExchangeDeclareAsync(names.Level(level), ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: token).ConfigureAwait(false);
        var words = string.Concat(Enumerable.Repeat("*.", level + 1));
        await channel.QueueBindAsync(names.Level(level), names.Level(level), words + "1.#", cancellationToken: token).ConfigureAwait(false);
        await channel.ExchangeBindAsync(below, names.Level(level), words + "0.#", cancellationToken: token).ConfigureAwait(false);
        return true;
    }

    private async Task DeclareAsync(IChannel channel, string name, Dictionary<string, object?> arguments, CancellationToken token)
    {
        if (!_options.DeclareTopology)
        {
            await channel.QueueDeclarePassiveAsync(name, token).ConfigureAwait(false);
            return;
        }

        arguments["x-queue-type"] = "quorum";
        if (ReplyQueue.Is(queue))
        {
            // Gone when nobody consumed it for that long.
            arguments["x-expires"] = (long)ReplyQueue.UnusedLifetime.TotalMilliseconds;
        }

        if (_options.ReplicaCount is { } count)
        {
            arguments["x-quorum-initial-group-size"] = count;
        }

        try
        {
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: token).ConfigureAwait(false);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == ChannelEnd.PreconditionFailed)
        {
            throw new HighPerfException(
                $"RabbitMQ has '{name}' of {transport.Name}/{queue} with other properties than asked for, and it was not changed: {exception.ShutdownReason.ReplyText}. Use the same options in all processes, delete the empty queue, or set DeclareTopology to false to take what is there.",
                exception);
        }
    }
}
