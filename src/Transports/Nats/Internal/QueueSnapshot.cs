using HighPerf.Transports.Nats.JetStream;

namespace HighPerf.Transports.Nats;

/// <summary>What the server has of a queue at a moment: of the stream how many messages are below each subject, of the consumers what waits and what is out.</summary>
internal sealed class QueueSnapshot
{
    private readonly NatsQueue _queue;
    private readonly StreamState _state;
    private readonly Dictionary<string, ConsumerInfo> _consumers;

    private QueueSnapshot(NatsQueue queue, StreamState state, Dictionary<string, ConsumerInfo> consumers)
    {
        _queue = queue;
        _state = state;
        _consumers = consumers;
        foreach (var (subject, count) in state.Subjects ?? [])
        {
            Delayed += subject.StartsWith(queue.Names.DelayRoot, StringComparison.Ordinal) ? count : 0;
        }

        for (var lane = 0; lane < queue.Names.Lanes.Count; lane++)
        {
            var (ready, delayed) = queue.Released.Count(lane);
            if (Consumer(lane) is { } consumer)
            {
                // What this process gave back is out for the server until it comes again, or for the consumer below that. What another one gave back is not known here.
                var given = (int)Math.Min(consumer.NumAckPending, ready + delayed);
                delayed = Math.Min(delayed, given);
                Ready += consumer.NumPending + given - delayed;
                Delayed += delayed;
                InFlight += consumer.NumAckPending - given;
            }
            else
            {
                Ready += Messages(lane);
            }
        }
    }

    public long Ready { get; }

    public long Delayed { get; }

    public long InFlight { get; }

    public long LastSequence => _state.LastSeq;

    /// <summary>Bytes of messages, without what the server adds to each.</summary>
    public long PayloadBytes => Math.Max(0, _state.Bytes - (_state.Messages * _queue.BytesPerMessage));

    public static async ValueTask<QueueSnapshot> TakeAsync(NatsQueue queue, JetStreamApi api)
    {
        var stream = api.GetStreamAsync(queue.Names.Stream, queue.Names.Root + ">").AsTask();
        var consumers = api.GetConsumersAsync(queue.Names.Stream).AsTask();
        await Task.WhenAll(stream, consumers).ConfigureAwait(false);
        var info = await stream.ConfigureAwait(false);
        if (info.Error is { } error && error.ErrCode != ErrorCode.StreamNotFound)
        {
            throw new JetStreamException($"NATS refused to show {queue}: {error}");
        }

        var byName = new Dictionary<string, ConsumerInfo>(StringComparer.Ordinal);
        foreach (var consumer in await consumers.ConfigureAwait(false))
        {
            byName[consumer.Name ?? ""] = consumer;
        }

        return new QueueSnapshot(queue, info.State ?? new StreamState(), byName);
    }

    public ConsumerInfo? Consumer(int lane) => _consumers.GetValueOrDefault(_queue.Names.Lanes[lane]);

    /// <summary>Messages of a lane that the stream has, those that are out and ghosts among them.</summary>
    public long Messages(int lane) => _state.Subjects?.GetValueOrDefault(_queue.Names.Root + _queue.Names.Lanes[lane]) ?? 0;

    /// <summary>The first sequence of a lane that may not have been delivered yet.</summary>
    public long FirstReady(int lane) => (Consumer(lane)?.Delivered?.StreamSeq ?? 0) + 1;

    /// <summary>Minutes that have delayed messages of their own.</summary>
    public IEnumerable<long> FarMinutes()
    {
        foreach (var subject in _state.Subjects?.Keys ?? Enumerable.Empty<string>())
        {
            if (subject.StartsWith(_queue.Names.DelayRoot, StringComparison.Ordinal)
                && long.TryParse(subject.AsSpan(_queue.Names.DelayRoot.Length), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out var minute))
            {
                yield return minute;
            }
        }
    }
}
