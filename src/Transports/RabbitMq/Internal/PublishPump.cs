using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// The way out: one loop writes what publishers staged, on one channel with confirms, as long as the window of unconfirmed ones has room; the library sends what is written
/// meanwhile in one go. A publisher's token never gets here. Every request ends at its deadline, whatever the loop, the library or the broker do.
/// </summary>
internal sealed class PublishPump : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly RabbitMqTransport _transport;
    private readonly RabbitMqLink _link;
    private readonly RabbitMqTransportOptions _options;
    private readonly Wake _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<PublishRequest> _staged = new();
    private readonly Queue<PublishRequest> _byDeadline = new();
    private readonly long _timeout;
    private readonly ITimer _timer;
    private Task _loop = Task.CompletedTask;
    private IConnection? _connection;
    private int _overdueInARow;
    private bool _isClosed;

    public PublishPump(RabbitMqTransport transport, RabbitMqLink link)
    {
        _transport = transport;
        _link = link;
        _options = transport.Options;
        _timeout = (long)(_options.PublishTimeout.TotalSeconds * transport.Clock.TimestampFrequency);
        link.Unblocked = _wake.Set;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((PublishPump)state!).EndOverdue(), this, s_look, s_look);
        }
    }

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Takes a message over. Its outcome is known after the time-out at the latest.</summary>
    public void Send(PublishRequest request)
    {
        if (_link.BlockedReason is { } reason && _transport.Clock.GetElapsedTime(_link.BlockedSince) > _options.PublishTimeout)
        {
            request.TryWithdraw(Blocked(reason));
            return;
        }

        lock (_lock)
        {
            if (!_isClosed)
            {
                request.Deadline = _transport.Clock.GetTimestamp() + _timeout;
                _staged.Enqueue(request);
                _byDeadline.Enqueue(request);
                if (_staged.Count > 1)
                {
                    return;
                }
            }
        }

        if (_isClosed)
        {
            request.TryWithdraw(_transport.Disposed());
            return;
        }

        _wake.Set();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (var request in _byDeadline)
        {
            request.TryWithdraw(_transport.Disposed());
            request.TryComplete(new PublishOutcome(PublishStatus.Unknown, $"Transport '{_transport.Name}' was disposed before the broker confirmed."));
        }

        _wake.Dispose();
        _stop.Dispose();
    }

    private static PublishOutcome Blocked(string reason) => new(PublishStatus.Rejected, $"RabbitMQ takes no messages (connection.blocked): {reason}.");

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            IChannel? channel = null;
            var table = new ConfirmTable(_options.MaxUnconfirmed, _options.MaxUnconfirmedBytes);
            var why = "The connection to RabbitMQ was lost before the broker confirmed.";
            try
            {
                var connection = await _link.WaitAsync(_stop.Token).ConfigureAwait(false);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                limit.CancelAfter(_options.CallTimeout);
                channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), limit.Token).ConfigureAwait(false);
                _connection = connection;
                _overdueInARow = 0;
                Watch(channel, table);
                await WriteAsync(channel, table).ConfigureAwait(false);
                why = $"The channel to RabbitMQ was lost before the broker confirmed: {channel.CloseReason?.ReplyText}";
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                why = $"Transport '{_transport.Name}' was disposed before the broker confirmed.";
            }
#pragma warning disable CA1031 // The loop goes on; what was on its way has its outcome below.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                why = $"Publishing failed before the broker confirmed: {exception.Message}";
                await Task.Delay(_options.ReconnectShortest, CancellationToken.None).ConfigureAwait(false);
            }

            foreach (var request in table.Close())
            {
                request.TryComplete(new PublishOutcome(PublishStatus.Unknown, why));
            }

            if (channel is not null)
            {
                await ChannelEnd.AbortAsync(channel).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(IChannel channel, ConfirmTable table)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        while (channel.IsOpen)
        {
            PublishRequest? request = null;
            if (_link.BlockedReason is null && !table.IsFull)
            {
                lock (_lock)
                {
                    _staged.TryDequeue(out request);
                }
            }

            if (request is null)
            {
                await _wake.WaitAsync(s_look, _stop.Token).ConfigureAwait(false);
                continue;
            }

            if (!request.TryBeginWrite())
            {
                continue;
            }

            try
            {
                if (!table.TryAdd(request))
                {
                    request.TryComplete(new PublishOutcome(PublishStatus.Unknown, "The connection to RabbitMQ was lost while the message was written."));
                    return;
                }

                properties.MessageId = request.Id;
                properties.Headers = request.Headers.ToTable();
                await channel.BasicPublishAsync(request.Exchange, request.Route, mandatory: true, properties, request.Message.Bytes.Memory, CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                request.EndWrite();
            }
        }
    }

    private void Watch(IChannel channel, ConfirmTable table)
    {
        channel.BasicAcksAsync += (_, confirmed) =>
        {
            Confirm(table, confirmed.DeliveryTag, confirmed.Multiple, isTaken: true);
            return Task.CompletedTask;
        };
        channel.BasicNacksAsync += (_, refused) =>
        {
            Confirm(table, refused.DeliveryTag, refused.Multiple, isTaken: false);
            return Task.CompletedTask;
        };
        channel.BasicReturnAsync += (_, returned) =>
        {
            table.MarkReturned(returned.BasicProperties.MessageId, $"{returned.ReplyText} ({returned.ReplyCode}): {returned.RoutingKey}");
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, _) =>
        {
            _wake.Set();
            return Task.CompletedTask;
        };
    }

    private void Confirm(ConfirmTable table, ulong number, bool multiple, bool isTaken)
    {
        var taken = new List<PublishRequest>();
        table.Take(number, multiple, taken);
        _overdueInARow = 0;
        foreach (var request in taken)
        {
            if (request.Returned is { } reason)
            {
                request.Queue.OnUnroutable();
                request.TryComplete(new PublishOutcome(PublishStatus.Rejected, $"RabbitMQ could not route the message: {reason}."));
            }
            else if (isTaken)
            {
                request.TryComplete(PublishOutcome.Accepted);
            }
            else
            {
                request.Queue.Line.OnRefused(request);
            }
        }

        _wake.Set();
    }

    /// <summary>Ends what waited for too long. When nothing at all is confirmed on an open connection, that connection is given up as well.</summary>
    private void EndOverdue()
    {
        var now = _transport.Clock.GetTimestamp();
        List<PublishRequest>? overdue = null;
        lock (_lock)
        {
            while (_byDeadline.TryPeek(out var first) && (first.IsDone || first.Deadline <= now))
            {
                (overdue ??= []).Add(_byDeadline.Dequeue());
            }
        }

        var isUnconfirmed = false;
        foreach (var request in overdue ?? [])
        {
            if (request.IsDone)
            {
                continue;
            }

            var seconds = _options.PublishTimeout.TotalSeconds;
            if (_link.BlockedReason is { } reason && request.TryWithdraw(Blocked(reason)))
            {
                continue;
            }

            if (request.TryWithdraw(new PublishOutcome(PublishStatus.Unknown, $"The message could not be sent to RabbitMQ for {seconds:0.#} s: {_link.LastError?.Message ?? "the broker confirms too slowly"}")))
            {
                continue;
            }

            isUnconfirmed |= request.TryComplete(new PublishOutcome(PublishStatus.Unknown, $"RabbitMQ did not confirm within {seconds:0.#} s."));
        }

        if (isUnconfirmed && _link.BlockedReason is null && ++_overdueInARow == 3 && _connection is { IsOpen: true } connection)
        {
            RabbitMqLog.NoConfirmation(_transport.Logger, _transport.Name, _options.PublishTimeout.TotalSeconds);
            _link.Abort(connection);
        }
    }
}
