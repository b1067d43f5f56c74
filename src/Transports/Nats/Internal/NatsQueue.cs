using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// A queue, and the way into it. A publish goes straight to the wire while there is room by what was seen last; else it waits in line, in the order of the publishers, and
/// <see cref="DrainLineAsync"/> looks how much room there is. Room is what is not ready and not delayed: what is out does not count, as the stream's own bound would.
/// </summary>
internal sealed partial class NatsQueue : Destination
{
    private const int MaxSpare = 1024;
    private const int MaxRefusals = 5;
    private const long MaxUnconfirmedBytes = 64 * 1024 * 1024;

    // What the server adds to a message with headers in a file.
    private const int StoredOverhead = 22 + 4 + 8;

    private static readonly TimeSpan s_pauseAfterRefusal = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly NatsTransport _transport;
    private readonly byte[] _stream;
    private readonly Stack<PublishRequest> _spare = new();
    private readonly WakeSignal _wake = new();
    private readonly ITimer _timer;
    private PublishLine _waiting;
    private PublishLine _followUps;
    private long _order;
    private long _room;
    private long _roomBytes;
    private int _unconfirmed;
    private long _unconfirmedBytes;
    private bool _isDraining;
    private bool _isClosed;
    private volatile bool _isDeclared;
    private volatile bool _isWaitedFor;

    public NatsQueue(NatsTransport transport, string queue)
        : base(transport, queue)
    {
        _transport = transport;
        Names = new QueueNames(transport.Options.Prefix, queue, ReplyQueue.Is(queue) ? 0 : transport.Options.OrderingShards);
        Released = new Released(transport.Clock);
        _stream = Encoding.ASCII.GetBytes(Names.Stream);
        BytesPerMessage = StoredOverhead + MessageHeaders.Length(_stream.Length) + Names.Subject(0).Length;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((NatsQueue)state!)._wake.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public QueueNames Names { get; }

    public Released Released { get; }

    /// <summary>What the server's count of bytes has for each message beside its own.</summary>
    public int BytesPerMessage { get; }

    /// <summary>Part of every id: what was purged may be published again.</summary>
    public int PurgeEpoch { get; set; }

    public long MaxMessageBytes => Math.Min(_transport.MaxMessageBytes(BytesPerMessage), _transport.Options.CapacityBytes);

    public ValueTask<PublishOutcome> PublishAsync(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Refuse(in message, "The publish was cancelled before it was handed over.");
        }

        if (message.Bytes.Length > MaxMessageBytes)
        {
            return Refuse(in message, $"The message has {message.Bytes.Length} bytes; {this} takes at most {MaxMessageBytes}.");
        }

        if (message.OrderingKey is not null && Names.Shards == 0)
        {
            return Refuse(in message, $"{this} has no ordering keys: {(ReplyQueue.Is(Queue) ? "it is a reply queue" : "OrderingShards is 0")}.");
        }

        PublishRequest request;
        lock (_lock)
        {
            if (_isClosed)
            {
                return Refuse(in message, $"Transport '{_transport.Name}' is disposed.");
            }

            request = _spare.TryPop(out var spare) ? spare : new PublishRequest(this);
        }

        // Registered before it is sent: once sent it may be complete.
        request.Message = message;
        var outcome = request.Wait(cancellationToken);
        Place(request);
        return outcome;
    }

    public void Cancel(PublishRequest request)
    {
        lock (_lock)
        {
            request.IsCancelled = true;
            if (request.Place != PublishPlace.Waiting)
            {
                // On the wire: its outcome will tell.
                return;
            }

            LineOf(request).Remove(request);
        }

        request.Complete(new PublishOutcome(PublishStatus.Rejected, "The publish was cancelled while it waited."));

        // It may have been too large for the room that there is, and the next one is not.
        _wake.Set();
    }

    public void Recycle(PublishRequest request)
    {
        lock (_lock)
        {
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(request);
            }
        }
    }

    /// <summary>A delivery is given back: known here, and said to others as far as it does not count, before the server knows: it may come again at once.</summary>
    public void GiveBack(long sequence, int lane, int uncounted, long due, ReadOnlySpan<byte> settle)
    {
        Released.Add(sequence, lane, uncounted, due, settle.ToArray());
        if (uncounted > 0)
        {
            GiveBacks.Tell(_transport.Client, this, sequence, uncounted);
        }
    }

    /// <summary>There may be room: whoever waits for it looks.</summary>
    public void OnRoom()
    {
        if (_isWaitedFor)
        {
            _wake.Set();
        }
    }

    /// <summary>Writes a message with its headers, to its lane or to where it waits for its instant.</summary>
    public void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo, in OutgoingMessage message)
    {
        var lane = message.OrderingKey is { } key ? Names.LaneOf(key) : QueueNames.LaneOf(message.Priority);
        var headers = new MessageHeaders { Id = message.Id, Attempt = message.Attempt, Expires = message.ExpiresTicks, Due = message.NotBeforeTicks, Lane = lane };
        Write(ref writer, replyTo, in headers, message.Bytes.Span);
    }

    public void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo, in MessageHeaders headers, scoped ReadOnlySpan<byte> bytes)
    {
        Span<byte> block = stackalloc byte[MessageHeaders.MaxBytes];
        block = block[..MessageHeaders.End(block, headers.Write(block, PurgeEpoch, _stream))];
        writer.Publish(DelayMover.SubjectFor(this, headers.Due, headers.Lane, _transport.Clock), replyTo, block, bytes);
    }

    public void OnAnswer(PublishRequest request, in NatsFrame reply)
    {
        if (reply.Status == NatsReply.NoResponders)
        {
            // Nobody has it: the stream is not there (any more), or has no leader for a moment.
            PutBack(request, isFull: false);
        }
        else if (PublishAnswer.IsAccepted(reply.Payload, out var code, out var description))
        {
            End(request, PublishOutcome.Accepted);
        }
        else if (code == ErrorCode.StoreFailed)
        {
            PutBack(request, isFull: true);
        }
        else
        {
            End(request, new PublishOutcome(PublishStatus.Rejected, $"NATS refused: {description} ({code})"));
        }
    }

    public void OnLost(PublishRequest request, Exception reason)
        => End(request, new PublishOutcome(PublishStatus.Unknown, $"The connection was lost before NATS answered, or it did not answer in time: {reason.Message}"));

    /// <summary>Creates the queue's streams where they are not there.</summary>
    /// <exception cref="JetStreamException">They are there and different.</exception>
    public async ValueTask DeclareAsync(bool again = false)
    {
        if (!_isDeclared || again)
        {
            await _transport.DeclareAsync(this).ConfigureAwait(false);
            _isDeclared = true;
        }
    }

    public void Close()
    {
        var rejected = new List<PublishRequest>();
        lock (_lock)
        {
            _isClosed = true;
            while ((_followUps.First ?? _waiting.First) is { } request)
            {
                LineOf(request).Remove(request);
                rejected.Add(request);
            }
        }

        _timer.Dispose();
        _wake.Set();
        foreach (var request in rejected)
        {
            request.Complete(new PublishOutcome(PublishStatus.Rejected, $"Transport '{_transport.Name}' was disposed while the publish waited."));
        }
    }

    private ref PublishLine LineOf(PublishRequest request) => ref request.Message.IsFollowUp ? ref _followUps : ref _waiting;

    private static ValueTask<PublishOutcome> Refuse(in OutgoingMessage message, string reason)
    {
        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
    }
}
