using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// Keeps a receiver's channel: one per receiver, as the broker closes whole channels when one delivery is out for too long. Opened anew, with a new epoch, whenever the
/// channel, the connection or the broker's consumer is gone.
/// </summary>
internal sealed class ConsumerChannel(RabbitMqReceiver receiver, RabbitMqTransport transport, RabbitMqQueue queue, int prefetch) : IAsyncDisposable
{
    private const int MaxShardPrefetch = 256;

    private static readonly TimeSpan s_probe = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(string Tag, int Place)> _consumers = [];
    private Task _loop = Task.CompletedTask;
    private IChannel? _channel;
    private readonly HashSet<int> _absent = [];
    private int _opening = -1;
    private TaskCompletionSource<string>? _lost;

    /// <summary>Completes when the first channel consumes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(RunAsync, CancellationToken.None);
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the broker's pushing: of the classes, or of the ordering keys.</summary>
    public async Task CancelAsync(bool keyed)
    {
        if (_channel is not { IsOpen: true } channel)
        {
            return;
        }

        foreach (var (tag, place) in _consumers.ToArray())
        {
            if (place >= RabbitMqNames.FirstShard != keyed)
            {
                continue;
            }

            try
            {
                using var limit = new CancellationTokenSource(transport.Options.CallTimeout);
                await channel.BasicCancelAsync(tag, noWait: false, limit.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or OperationInterruptedException or RabbitMQClientException or ObjectDisposedException or IOException)
            {
                // Gone, and its consumers with it.
                return;
            }
        }
    }

    /// <summary>An answer from the broker on this channel: what it had pushed before is here.</summary>
    public async Task FenceAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } channel)
        {
            await channel.BasicQosAsync(0, (ushort)Math.Min(prefetch, ushort.MaxValue), global: false, cancellationToken).WaitAsync(transport.Options.CallTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var backOff = new Connections.BackOff(transport.Options.ReconnectShortest, transport.Options.ReconnectLongest);
        while (!_stop.IsCancellationRequested)
        {
            IConnection? hanging = null;
            IConnection? connection = null;
            try
            {
                connection = await transport.Consuming.WaitAsync(_stop.Token).ConfigureAwait(false);
                await queue.DeclareAsync(_stop.Token).ConfigureAwait(false);
                await FindAbsentAsync(connection).ConfigureAwait(false);
                var lost = _lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                await OpenAsync(connection, lost).ConfigureAwait(false);
                _started.TrySetResult();
                backOff.Reset();
                var reason = await WatchAsync(connection, lost.Task).ConfigureAwait(false);
                RabbitMqLog.ChannelLost(transport.Logger, queue.ToString(), reason);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Disposed.
            }
#pragma warning disable CA1031 // The loop that keeps a consumer consuming ends when it is told to and for nothing else.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (exception is OperationInterruptedException { ShutdownReason.ReplyCode: ChannelEnd.NotFound })
                {
                    queue.OnUnroutable();
                }

                if (exception is HighPerfException { InnerException: OperationInterruptedException } or OperationInterruptedException { ShutdownReason.ReplyCode: ChannelEnd.AccessRefused })
                {
                    _started.TrySetException(exception);
                }

                if (exception is OperationCanceledException && _opening >= 0)
                {
                    hanging = connection;
                    SetAbsent(_opening);
                }
                else
                {
                    RabbitMqLog.Failed(transport.Logger, queue.ToString(), "consuming", exception.Message);
                }
            }

            receiver.LoseChannel();
            if (_channel is { } channel)
            {
                _channel = null;
                await ChannelEnd.AbortAsync(channel).ConfigureAwait(false);
            }

            if (hanging is not null)
            {
                // The broker cannot end a channel that waits for such a queue, and goes on delivering to the consumers that are on it. It can end a connection.
                transport.Consuming.Abort(hanging);
            }

            if (!_stop.IsCancellationRequested)
            {
                await Task.Delay(backOff.Next(), CancellationToken.None).ConfigureAwait(false);
            }
        }

        _started.TrySetCanceled();
    }

    /// <summary>
    /// Asks places that have no messages whether they answer, before anything is consumed: a channel that waits for one that does not cannot be ended, and what is consumed on it
    /// is delivered to nobody. Others are not asked: the answer would be a message, which counts as delivered.
    /// </summary>
    private async Task FindAbsentAsync(IConnection connection)
    {
        var places = Enumerable.Range(0, queue.Names.Places.Length).Where(place => !_absent.Contains(place)).ToArray();
        var answers = await Task.WhenAll(places.Select(place => AnswersAsync(connection, place, takesOne: false))).ConfigureAwait(false);
        for (var i = 0; i < places.Length && connection.IsOpen && !_stop.IsCancellationRequested; i++)
        {
            if (!answers[i])
            {
                SetAbsent(places[i]);
            }
        }
    }

    /// <summary>It has no leader: the others are not to wait for it.</summary>
    private void SetAbsent(int place)
    {
        _absent.Add(place);
        RabbitMqLog.NoAnswer(transport.Logger, queue.Names.Places[place]);
    }

    private async Task OpenAsync(IConnection connection, TaskCompletionSource<string> lost)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(transport.Options.CallTimeout);
        var channel = _channel = await connection.CreateChannelAsync(cancellationToken: limit.Token).ConfigureAwait(false);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            lost.TrySetResult($"{reason.ReplyText} ({reason.ReplyCode})");
            return Task.CompletedTask;
        };
        var epoch = receiver.BeginChannel(channel);
        _consumers.Clear();
        _opening = -1;

        // The most urgent first: what is served by weight should be there when it is asked for.
        int[] places = [RabbitMqNames.High, RabbitMqNames.Normal, .. Enumerable.Range(RabbitMqNames.FirstShard, queue.Names.Places.Length - RabbitMqNames.FirstShard), RabbitMqNames.Low];
        foreach (var place in places)
        {
            if (receiver.IsStopped)
            {
                return;
            }

            var count = place >= RabbitMqNames.FirstShard ? Math.Min(prefetch, MaxShardPrefetch) : prefetch;

            if (_absent.Contains(place))
            {
                continue;
            }

            _opening = place;

            // Each call has its time: after a restart the first takes seconds, until its queue has a leader.
            limit.CancelAfter(transport.Options.CallTimeout);
            await channel.BasicQosAsync(0, (ushort)Math.Min(count, ushort.MaxValue), global: false, limit.Token).ConfigureAwait(false);
            var consumer = new PlaceConsumer(receiver, channel, epoch, place, lost);
            var tag = await channel.BasicConsumeAsync(queue.Names.Places[place], autoAck: false, consumerTag: "", noLocal: false, exclusive: false, arguments: null, consumer, limit.Token).ConfigureAwait(false);
            _consumers.Add((tag, place));
            _opening = -1;
        }
    }

    /// <summary>Until the channel is lost. A queue that did not answer is asked now and then, and when it does everything is opened anew, with it.</summary>
    private async Task<string> WatchAsync(IConnection connection, Task<string> lost)
    {
        while (_absent.Count > 0)
        {
            if (await Task.WhenAny(lost, Task.Delay(s_probe, _stop.Token)).ConfigureAwait(false) == lost || _stop.IsCancellationRequested)
            {
                break;
            }

            foreach (var place in _absent.ToArray())
            {
                if (await AnswersAsync(connection, place, takesOne: true).ConfigureAwait(false))
                {
                    _absent.Remove(place);
                    return $"{queue.Names.Places[place]} answers again";
                }
            }
        }

        return await lost.WaitAsync(_stop.Token).ConfigureAwait(false);
    }

    /// <param name="connection">The connection.</param>
    /// <param name="place">The place.</param>
    /// <param name="takesOne">True asks it also if it has messages; the one it answers with goes back.</param>
    private async Task<bool> AnswersAsync(IConnection connection, int place, bool takesOne)
    {
        IChannel? channel = null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(transport.Options.CallTimeout);
            channel = await connection.CreateChannelAsync(cancellationToken: limit.Token).ConfigureAwait(false);

            if (takesOne || await channel.MessageCountAsync(queue.Names.Places[place], limit.Token).ConfigureAwait(false) == 0)
            {
                // What it gets goes back with the channel.
                await channel.BasicGetAsync(queue.Names.Places[place], autoAck: false, limit.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason is { Initiator: ShutdownInitiator.Peer, ReplyCode: not ChannelEnd.NotFound } && connection.IsOpen)
        {
            // A single active consumer excludes taking one: that is an answer, too.
            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or RabbitMQClientException or IOException)
        {
            return false;
        }
        finally
        {
            if (channel is not null)
            {
                await ChannelEnd.AbortAsync(channel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the broker pushes from one place.</summary>
    private sealed class PlaceConsumer(RabbitMqReceiver receiver, IChannel channel, int epoch, int place, TaskCompletionSource<string> lost) : IAsyncBasicConsumer
    {
        public IChannel? Channel => channel;

        public Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            receiver.Add(epoch, place, deliveryTag, redelivered, properties, body.Span);
            return Task.CompletedTask;
        }

        public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            // By the broker: the queue was deleted, or has no leader.
            lost.TrySetResult("the broker cancelled the consumer");
            return Task.CompletedTask;
        }

        public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => Task.CompletedTask;
    }
}
