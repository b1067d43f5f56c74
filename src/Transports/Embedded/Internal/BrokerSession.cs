using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace HighPerf.Transports.Embedded;

/// <summary>One connection of a client, at the broker. When it ends without a word, what its receivers have out goes back counted: whoever had it was killed with it.</summary>
internal sealed class BrokerSession : IAsyncDisposable
{
    private readonly BrokerServer _server;
    private readonly EmbeddedTransport _transport;
    private readonly FrameConnection _connection;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, BrokerReceiver> _receivers = [];
    private readonly Dictionary<int, CancellationTokenSource> _publishes = [];
    private readonly SemaphoreSlim _room = new(0);
    private long _bytes;
    private bool _isGreeted;
    private Task _running = Task.CompletedTask;

    public BrokerSession(BrokerServer server, Socket socket)
    {
        _server = server;
        _transport = server.Transport;
        _connection = new FrameConnection(socket, server.MaxFrame);
    }

    public FrameConnection Connection => _connection;

    /// <summary>Bytes that may be out at the client, and as many that it may have published and that are not accepted yet.</summary>
    public long MaxBytes => _server.MaxClientBytes;

    public void Start() => _running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await _connection.ReadAsync(OnFrame, WaitForRoomAsync).ConfigureAwait(false);
        BrokerReceiver[] receivers;
        lock (_lock)
        {
            receivers = [.. _receivers.Values];
            _receivers.Clear();
            foreach (var publish in _publishes.Values)
            {
                publish.Cancel();
            }
        }

        foreach (var receiver in receivers)
        {
            await receiver.AbandonAsync().ConfigureAwait(false);
        }

        _server.Remove(this);
    }

    private async ValueTask WaitForRoomAsync()
    {
        while (Volatile.Read(ref _bytes) > MaxBytes && !_connection.IsClosed)
        {
            await _room.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    }

    private void OnFrame(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = new FrameReader(payload);
        if (!_isGreeted)
        {
            Greet(kind, ref frame);
            return;
        }

        if (kind == FrameKind.Ping)
        {
            frame.End();
            _connection.Send(FrameKind.Pong, default);
            return;
        }

        var number = frame.Int32();
        switch (kind)
        {
            case FrameKind.Publish:
                Publish(number, ref frame);
                break;
            case FrameKind.Cancel:
                frame.End();
                lock (_lock)
                {
                    if (_publishes.TryGetValue(number, out var publish))
                    {
                        publish.CancelAsync();
                    }
                }

                break;
            case FrameKind.Open:
                _ = OpenAsync(number, frame.Int32(), new ReceiverOptions { Prefetch = frame.Int32(), Lease = TimeSpan.FromTicks(frame.Int64()) }, frame.Text() ?? "");
                break;
            case FrameKind.Want:
                var wanted = frame.Int32();
                frame.End();
                Find(number)?.Want(wanted);
                break;
            case FrameKind.Renew:
                Find(number)?.Renew(frame.Rest);
                break;
            case FrameKind.Length:
                _ = AnswerAsync(number, LengthAsync(frame.Text() ?? ""));
                break;
            case FrameKind.Purge:
                var delayedToo = frame.Byte() != 0;
                _ = AnswerAsync(number, PurgeAsync(frame.Text() ?? "", delayedToo));
                break;
            case FrameKind.Browse:
                var max = frame.Int32();
                _ = AnswerAsync(number, BrowseAsync(frame.Text() ?? "", max));
                break;
            case FrameKind.Replay:
                var most = frame.Int32();
                _ = AnswerAsync(number, ReplayAsync(frame.Text() ?? "", most));
                break;
            case >= FrameKind.StateAdd and <= FrameKind.StateRemove:
                _ = AnswerAsync(number, StateAsync(StateRequest.Read(kind, ref frame)));
                break;
            default:
                Settle(kind, number, ref frame);
                break;
        }
    }

    private void Settle(FrameKind kind, int number, ref FrameReader frame)
    {
        var id = frame.Int32();
        if (Find(id) is not { } receiver)
        {
            Reply(number, ReplyStatus.Refused);
            return;
        }

        switch (kind)
        {
            case FrameKind.Acknowledge:
                var done = frame.Int64();
                frame.End();
                receiver.Settle(number, done, static (receiver, token, _, _) => receiver.AcknowledgeAsync(token), 0, null);
                break;
            case FrameKind.Release:
                var (token, delay, counted) = (frame.Int64(), frame.Int64(), frame.Byte());
                frame.End();
                receiver.Settle(
                    number,
                    token,
                    counted != 0
                        ? static (receiver, token, delay, _) => receiver.ReleaseAsync(token, TimeSpan.FromTicks(delay))
                        : static (receiver, token, delay, _) => receiver.ReleaseAsync(token, TimeSpan.FromTicks(delay), counted: false),
                    delay,
                    null);
                break;
            case FrameKind.DeadLetter:
                receiver.Settle(number, frame.Int64(), static (receiver, token, reason, text) => receiver.DeadLetterAsync(token, (DeadLetterReason)reason, text ?? ""), frame.Byte(), frame.Text());
                break;
            case FrameKind.Stop:
                frame.End();
                _ = AnswerAsync(number, DoneAsync(receiver.StopAsync()));
                break;
            case FrameKind.Close:
                frame.End();
                lock (_lock)
                {
                    _receivers.Remove(id);
                }

                _ = AnswerAsync(number, DoneAsync(receiver.CloseAsync()));
                break;
            default:
                throw new InvalidDataException($"Frames of kind {kind} are not known.");
        }
    }

    public void Reply(int request, ReplyStatus status, string? text = null, long number = 0)
    {
        var reply = FrameWriter.New().Int32(request).Byte((byte)status).Int64(number);
        _connection.Send(FrameKind.Reply, (text is null ? reply : reply.Text(text)).Written);
    }

    private void Greet(FrameKind kind, ref FrameReader frame)
    {
        if (kind != FrameKind.Hello || frame.Int32() != BrokerServer.Magic)
        {
            throw new InvalidDataException("That is no client of this broker.");
        }

        var version = frame.Byte();
        if (version != BrokerServer.Version)
        {
            Reply(0, ReplyStatus.Failed, $"The broker speaks version {BrokerServer.Version} of its protocol, the client {version}: use the same version of HighPerf.Transports.Embedded in both.");
            return;
        }

        _isGreeted = true;
        Reply(0, ReplyStatus.Done, _transport.Durability.ToString(), _transport.Capabilities.MaxMessageBytes);
    }

    private void Publish(int number, ref FrameReader frame)
    {
        var (priority, followUp, notBefore, expires, sent) = (frame.Byte(), frame.Byte(), frame.Int64(), frame.Int64(), frame.Int64());
        var (queue, key) = (frame.Text() ?? "", frame.Text());
        if (priority > (byte)MessagePriority.High)
        {
            throw new InvalidDataException($"There is no priority {priority}.");
        }

        var buffer = _transport.Rent();
        buffer.Write(frame.Rest);
        Interlocked.Add(ref _bytes, buffer.Length);
        var message = new OutgoingMessage
        {
            Bytes = buffer,
            Id = default,
            Priority = (MessagePriority)priority,
            IsFollowUp = followUp != 0,
            NotBeforeTicks = notBefore,
            ExpiresTicks = expires,
            SentTicks = sent,
            OrderingKey = key,
        };
        _ = PublishAsync(number, queue, message, buffer.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PublishAsync(int number, string queue, OutgoingMessage message, int length)
    {
        var cancellation = new CancellationTokenSource();
        lock (_lock)
        {
            _publishes[number] = cancellation;
        }

        try
        {
            var outcome = await _transport.PublishAsync(_transport.GetDestination(queue), in message, cancellation.Token).ConfigureAwait(false);
            Reply(number, (ReplyStatus)outcome.Status, outcome.Reason);
        }
        catch (Exception exception)
        {
            Reply(number, ReplyStatus.Unknown, exception.Message);
        }
        finally
        {
            lock (_lock)
            {
                _publishes.Remove(number);
            }

            cancellation.Dispose();
            Leave(length);
        }
    }

    private async Task OpenAsync(int number, int id, ReceiverOptions options, string queue)
    {
        try
        {
            var receiver = new BrokerReceiver(this, id);
            await receiver.OpenAsync(_transport, queue, options).ConfigureAwait(false);
            bool isClosed;
            lock (_lock)
            {
                isClosed = _connection.IsClosed || !_receivers.TryAdd(id, receiver);
            }

            if (isClosed)
            {
                await receiver.AbandonAsync().ConfigureAwait(false);
            }

            Reply(number, isClosed ? ReplyStatus.Refused : ReplyStatus.Done);
        }
        catch (Exception exception)
        {
            Reply(number, ReplyStatus.Failed, exception.Message);
        }
    }

    private BrokerReceiver? Find(int id)
    {
        lock (_lock)
        {
            return _receivers.GetValueOrDefault(id);
        }
    }

    private async Task AnswerAsync(int number, Task<(long Number, byte[]? Data)> answer)
    {
        try
        {
            var (value, data) = await answer.ConfigureAwait(false);
            _connection.Send(FrameKind.Reply, FrameWriter.New().Int32(number).Byte((byte)ReplyStatus.Done).Int64(value).Written, data);
        }
        catch (Exception exception)
        {
            Reply(number, ReplyStatus.Failed, exception.Message);
        }
    }

    private async Task<(long Number, byte[]? Data)> StateAsync(StateRequest request)
    {
        Interlocked.Add(ref _bytes, request.Value.Length);
        try
        {
            // Not on the thread that reads: the first request opens a journal.
            await Task.Yield();
            return await request.DoAsync(_server.State, _server.MaxFrame).ConfigureAwait(false);
        }
        finally
        {
            Leave(request.Value.Length);
        }
    }

    /// <summary>So many bytes do not wait any more: reading may go on.</summary>
    private void Leave(int length)
    {
        if (Interlocked.Add(ref _bytes, -length) is var left && left <= MaxBytes && left + length > MaxBytes)
        {
            _room.Release();
        }
    }

    private async Task<(long Number, byte[]? Data)> PurgeAsync(string queue, bool includeDelayed)
        => (await _transport.PurgeAsync(queue, includeDelayed, CancellationToken.None).ConfigureAwait(false), null);

    private static async Task<(long Number, byte[]? Data)> DoneAsync(Task done)
    {
        await done.ConfigureAwait(false);
        return (0, null);
    }

    private async Task<(long Number, byte[]? Data)> ReplayAsync(string queue, int max) => (await _transport.ReplayDeadLettersAsync(queue, max, CancellationToken.None).ConfigureAwait(false), null);

    private async Task<(long Number, byte[]? Data)> LengthAsync(string queue)
    {
        var length = await _transport.GetLengthAsync(queue, CancellationToken.None).ConfigureAwait(false);
        return (0, FrameWriter.New().Int64(length.Ready).Int64(length.Delayed).Int64(length.InFlight).Int64(length.Dead).Int64(length.OldestReady?.Ticks ?? -1).Written.ToArray());
    }

    private async Task<(long Number, byte[]? Data)> BrowseAsync(string queue, int max)
    {
        var letters = await _transport.BrowseDeadLettersAsync(queue, max, CancellationToken.None).ConfigureAwait(false);
        var data = FrameWriter.New();
        var count = 0;
        foreach (var letter in letters)
        {
            // The rest is seen by whoever takes these out first.
            if (data.Written.Length + letter.Bytes.Length > _server.MaxFrame - BrokerServer.FrameOverhead && count > 0)
            {
                break;
            }

            data.Byte((byte)letter.Reason).Int32(letter.DeliveryCount).Int64(letter.At.UtcTicks).Text(letter.Description).Int32(letter.Bytes.Length).Bytes(letter.Bytes.Span);
            count++;
        }

        return (count, data.Written.ToArray());
    }
}
