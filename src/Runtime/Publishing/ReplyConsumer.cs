using System.Buffers;
using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>The reply queue of this process on one broker: each reply completes its wait, or goes on with its workflow, and is acknowledged then.</summary>
internal sealed class ReplyConsumer : ReceiveSignal, IAsyncDisposable
{
    private const int Burst = 64;
    private static readonly TimeSpan s_giveBackDelay = TimeSpan.FromSeconds(5);
    private static readonly ReceiverOptions s_options = new() { Prefetch = 4 * Burst };

    private readonly ReplyListener _listener;
    private readonly Delivery[] _burst = new Delivery[Burst];
    private readonly Task<bool>?[] _settling = new Task<bool>?[Burst];
    private readonly CancellationTokenSource _stopping = new();
    private Receiver _receiver = null!;
    private Task _taking = Task.CompletedTask;

    // Signals that were not looked at; whoever makes it 1 does the taking. Until the receiver is known that is the opening.
    private int _signals = 1;

    private ReplyConsumer(ReplyListener listener) => _listener = listener;

    public static async Task<ReplyConsumer> OpenAsync(ReplyListener listener, Transport transport, CancellationToken cancellationToken)
    {
        var consumer = new ReplyConsumer(listener);
        var queue = ReplyQueue.NameOf(listener.Results.Instance);
        consumer._receiver = await transport.OpenReceiverAsync(queue, s_options, consumer, cancellationToken).ConfigureAwait(false);
        consumer._taking = Task.Run(consumer.TakeAllAsync, CancellationToken.None);
        PublishingLog.Listening(listener.Logger, transport.Name, queue);
        return consumer;
    }

    public override void OnReady()
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            _taking = Task.Run(TakeAllAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _receiver.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _taking.ConfigureAwait(false);
        await _receiver.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task TakeAllAsync()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _signals);
            try
            {
                while (!_stopping.IsCancellationRequested && await TakeBurstAsync().ConfigureAwait(false) > 0)
                {
                }
            }
            catch (Exception exception)
            {
                // What was not settled comes again when its lease is over.
                PublishingLog.RepliesFailed(_listener.Logger, _receiver.Source, exception);
            }
        }
        while (Interlocked.Add(ref _signals, -seen) != 0);
    }

    private async ValueTask<int> TakeBurstAsync()
    {
        var count = _receiver.TryReceive(_burst);
        for (var i = 0; i < count; i++)
        {
            _settling[i] = await TakeAsync(_burst[i]).ConfigureAwait(false);
        }

        // Acknowledged in bulk: each takes a round trip to the broker.
        for (var i = 0; i < count; i++)
        {
            await _settling[i]!.ConfigureAwait(false);
            _settling[i] = null;
        }

        return count;
    }

    /// <summary>Takes one reply; returns its settlement, which is under way.</summary>
    private async ValueTask<Task<bool>> TakeAsync(Delivery delivery)
    {
        PooledBuffer? fetched = null;
        try
        {
            var message = delivery.Bytes.IsSingleSegment ? delivery.Bytes.First : delivery.Bytes.ToArray();
            if (!TryRead(message, delivery, out var reply, out var error))
            {
                PublishingLog.ReplyUndecodable(_listener.Logger, delivery.Receiver.Source, error!);
                return _receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Undecodable, error!).AsTask();
            }

            var body = reply.Body;
            if (!reply.Claim.IsNone)
            {
                fetched = _listener.Pool.Rent();
                if (_listener.Payloads is null || !await _listener.Payloads.TryGetAsync(reply.Claim.Payload, fetched, _stopping.Token).ConfigureAwait(false))
                {
                    reply.Failure = new HighPerfException($"The result of {reply.Origin.Command} is not in the payload store of this process (any more). Give all processes the same store (UseFilePayloads).");
                }

                body = fetched.Memory;
            }

            await CompleteAsync(reply, body).ConfigureAwait(false);
            if (fetched is not null && reply.Failure is null)
            {
                await _listener.Payloads!.RemoveAsync(reply.Claim.Payload, CancellationToken.None).ConfigureAwait(false);
            }

            return _receiver.AcknowledgeAsync(delivery.Token).AsTask();
        }
        catch (Exception exception)
        {
            // A step that could not go on: the broker, the store or we stop.
            PublishingLog.ReplyGivenBack(_listener.Logger, delivery.Receiver.Source, s_giveBackDelay, exception);
            return _receiver.ReleaseAsync(delivery.Token, s_giveBackDelay, counted: false).AsTask();
        }
        finally
        {
            fetched?.Return();
        }
    }

    private async ValueTask CompleteAsync(Reply reply, ReadOnlyMemory<byte> body)
    {
        if (reply.Origin.IsStep)
        {
            if (_listener.OnStep is { } next)
            {
                await next(reply.Origin, body, reply.Failure).ConfigureAwait(false);
            }
        }
        else if (reply.Failure is { } failure)
        {
            _listener.Results.TryFail(reply.Origin.Reply, failure);
        }
        else
        {
            _listener.Results.TryComplete(reply.Origin.Reply, body.Span);
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> message, in Delivery delivery, out Reply reply, out string? error)
    {
        reply = default;
        if (!Envelope.TryParse(message.Span, out var envelope, out error))
        {
            return false;
        }

        var isFailure = envelope.NameHash == ReplyMessage.Failure.Hash;
        if (!envelope.Has(EnvelopeFlags.Reply) || (!isFailure && envelope.NameHash != ReplyMessage.Result.Hash))
        {
            error = $"{envelope.Name} is no reply.";
            return false;
        }

        var command = envelope.ParentId;
        var root = envelope.RootId;
        try
        {
            reply = new Reply
            {
                Origin = new ReplyOrigin(
                    command, envelope.Name, envelope.Reply, delivery.Receiver.Source.Transport, envelope.Workflow, new Lineage(command, root.IsNone ? command : root, envelope.CorrelationId)),
                Body = message[envelope.Length..],
                Claim = envelope.Claim,
                Failure = isFailure ? ReplyMessage.ReadFailure(envelope.Body) : null,
            };
            return true;
        }
        catch (MessageFormatException exception)
        {
            error = exception.Message;
            return false;
        }
    }

    private record struct Reply
    {
        public ReplyOrigin Origin;
        public ReadOnlyMemory<byte> Body;
        public ClaimCheck Claim;
        public Exception? Failure;
    }
}
