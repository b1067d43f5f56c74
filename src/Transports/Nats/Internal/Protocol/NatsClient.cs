using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using HighPerf.Connections;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>
/// NATS on a kept connection: greets, subscribes again after each loss, sends requests pipelined and gives each its answer through one inbox, moves away from a server that is
/// going to end. Knows subjects and bytes, no streams and no tasks. Nothing is allocated per message.
/// </summary>
internal sealed partial class NatsClient : ConnectionProtocol, IAsyncDisposable
{
    private const int TokenDigits = 16;
    private const long InboxSid = 1;

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_leaveTime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly NatsLogin _login;
    private readonly ILogger _logger;
    private readonly bool _wantsTls;
    private readonly TimeSpan _requestTimeout;
    private readonly TimeProvider _clock;
    private readonly NatsReader _reader = new();
    private readonly PendingRequests _pending;
    private readonly ServerList _servers = new();
    private readonly List<NatsSubscription> _touched = [];
    private readonly byte[] _inbox;
    private readonly ITimer _timer;
    private Dictionary<long, NatsSubscription> _subscriptions = [];
    private long _lastSid = InboxSid;
    private long _leavingSince;
    private int _pings;

    public NatsClient(string name, ConnectionOptions options, NatsLogin login, TimeSpan requestTimeout, ILogger logger, TimeProvider clock)
    {
        _login = login;
        _logger = logger;
        _wantsTls = options.Tls is not null;
        _requestTimeout = requestTimeout;
        _clock = clock;
        _pending = new PendingRequests(clock);
        InboxPrefix = $"_INBOX.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(11))}.";
        _inbox = Encoding.ASCII.GetBytes(InboxPrefix);
        Connection = new Connection(name, options, this, logger, clock);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = clock.CreateTimer(static state => ((NatsClient)state!).OnLook(), this, s_lookInterval, s_lookInterval);
        }
    }

    public Connection Connection { get; }

    /// <summary>Where answers for this client go; subjects below it with two words or more are free for subscriptions.</summary>
    public string InboxPrefix { get; }

    /// <summary>What the server said last.</summary>
    public ServerInfo Server { get; private set; } = new();

    /// <summary>Told when the connection is open, on the connection's own thread.</summary>
    public Action<int>? Connected { get; set; }

    /// <summary>Told when the connection is gone, before those are that wait for answers.</summary>
    public Action<int>? Disconnected { get; set; }

    public override bool ExpectsBytes => !_pending.IsEmpty || Volatile.Read(ref _pings) > 0;

    /// <summary>Sends a request, unless there is too much to send or no connection. Its answer, or that none comes, is told to it.</summary>
    public WriteAdmission TrySend(NatsRequest request)
    {
        var admission = Connection.BeginWrite(out var output);
        if (admission != WriteAdmission.Admitted)
        {
            return admission;
        }

        if (request.IsVoid(Connection.Epoch))
        {
            Connection.EndWrite(keep: false);
            return WriteAdmission.Disconnected;
        }

        var written = false;
        var token = _pending.Add(request);
        try
        {
            Span<byte> replyTo = stackalloc byte[_inbox.Length + TokenDigits];
            _inbox.CopyTo(replyTo);
            Utf8Formatter.TryFormat(token, replyTo[_inbox.Length..], out _, new StandardFormat('x', TokenDigits));
            var writer = new NatsWriter(output);
            request.Write(ref writer, replyTo);
            writer.Complete();
            written = true;
        }
        finally
        {
            if (!written)
            {
                _pending.TryTake(token, out _);
            }

            Connection.EndWrite(written);
        }

        return WriteAdmission.Admitted;
    }

    /// <summary>Sends a message that nobody answers to this client's requests; what answers it names itself.</summary>
    public WriteAdmission TryPublish(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> payload)
    {
        var admission = Connection.BeginWrite(out var output);
        if (admission == WriteAdmission.Admitted)
        {
            var writer = new NatsWriter(output);
            writer.Publish(subject, replyTo, payload);
            writer.Complete();
            Connection.EndWrite();
        }

        return admission;
    }

    /// <summary>Sends a settlement that nobody confirms.</summary>
    public WriteAdmission TrySettle(ReadOnlySpan<byte> subject, Settlement settlement, TimeSpan delay = default)
    {
        var admission = Connection.BeginWrite(out var output);
        if (admission == WriteAdmission.Admitted)
        {
            var writer = new NatsWriter(output);
            SettleRequest.WriteSettlement(ref writer, subject, default, settlement, delay);
            writer.Complete();
            Connection.EndWrite();
        }

        return admission;
    }

    /// <summary>Asks and gets the answer as objects.</summary>
    /// <exception cref="NatsConnectionException">There is no connection, or it was lost before the answer came, or that took too long.</exception>
    public async ValueTask<NatsReply> CallAsync(string subject, byte[] payload, byte[]? headers = null)
    {
        var call = new NatsCall(subject, payload, headers);
        while (true)
        {
            switch (TrySend(call))
            {
                case WriteAdmission.Full:
                    await Connection.WaitForRoomAsync().ConfigureAwait(false);
                    continue;
                case WriteAdmission.Disconnected:
                    throw new NatsConnectionException($"There is no connection to NATS: {Connection.LastError?.Message ?? "not connected"}");
            }

            return await call.Task.ConfigureAwait(false);
        }
    }

    public void Subscribe(NatsSubscription subscription)
    {
        lock (_lock)
        {
            subscription.Sid = ++_lastSid;
            _subscriptions = new Dictionary<long, NatsSubscription>(_subscriptions) { [subscription.Sid] = subscription };
        }

        if (Connection.BeginWrite(out var output) == WriteAdmission.Admitted)
        {
            var writer = new NatsWriter(output);
            writer.Subscribe(subscription.Subject, subscription.Sid);
            writer.Complete();
            Connection.EndWrite();
        }
    }

    /// <summary>The server stops sending; what is on the way is still told until <see cref="Forget"/>.</summary>
    public void Unsubscribe(NatsSubscription subscription)
    {
        if (Connection.BeginWrite(out var output) == WriteAdmission.Admitted)
        {
            var writer = new NatsWriter(output);
            writer.Unsubscribe(subscription.Sid);
            writer.Complete();
            Connection.EndWrite();
        }
    }

    public void Forget(NatsSubscription subscription)
    {
        lock (_lock)
        {
            var rest = new Dictionary<long, NatsSubscription>(_subscriptions);
            rest.Remove(subscription.Sid);
            _subscriptions = rest;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    public override void OnConnected(int epoch)
    {
        if (Connection.BeginWrite(out var output) == WriteAdmission.Admitted)
        {
            var writer = new NatsWriter(output);
            writer.Subscribe([.. _inbox, (byte)'*'], InboxSid);
            foreach (var subscription in Volatile.Read(ref _subscriptions).Values)
            {
                writer.Subscribe(subscription.Subject, subscription.Sid);
            }

            writer.Complete();
            Connection.EndWrite();
        }

        Connected?.Invoke(epoch);
    }

    public override SequencePosition OnReceived(in ReadOnlySequence<byte> received)
    {
        var rest = received;
        while (!rest.IsEmpty && _reader.TryRead(ref rest, out var frame))
        {
            OnFrame(in frame);
        }

        foreach (var subscription in _touched)
        {
            subscription.IsTouched = false;
            subscription.OnBurst();
        }

        _touched.Clear();
        return rest.Start;
    }

    public override void OnDisconnected(int epoch, Exception reason)
    {
        _touched.Clear();
        Disconnected?.Invoke(epoch);
        foreach (var request in _pending.TakeOlderThan(TimeSpan.Zero))
        {
            request.OnLost(reason);
        }
    }

    public override void OnTick()
    {
        if (Connection.BeginWrite(out var output) == WriteAdmission.Admitted)
        {
            output.Write("PING\r\n"u8);
            Interlocked.Increment(ref _pings);
            Connection.EndWrite();
        }
    }

    private void OnFrame(in NatsFrame frame)
    {
        switch (frame.Kind)
        {
            case NatsFrameKind.Message when frame.Sid == InboxSid:
                OnReply(in frame);
                break;
            case NatsFrameKind.Message:
                if (Volatile.Read(ref _subscriptions).TryGetValue(frame.Sid, out var subscription))
                {
                    if (!subscription.IsTouched)
                    {
                        subscription.IsTouched = true;
                        _touched.Add(subscription);
                    }

                    subscription.OnMessage(in frame);
                }

                break;
            case NatsFrameKind.Ping:
                if (Connection.BeginWrite(out var output) == WriteAdmission.Admitted)
                {
                    output.Write("PONG\r\n"u8);
                    Connection.EndWrite();
                }

                break;
            case NatsFrameKind.Pong:
                Volatile.Write(ref _pings, 0);
                break;
            case NatsFrameKind.Info:
                OnInfo(in frame);
                if (Server.Ldm && _leavingSince == 0)
                {
                    NatsLog.LameDuck(_logger, Server.ServerName ?? "");
                    _leavingSince = _clock.GetTimestamp();
                }

                break;
            case NatsFrameKind.Error:
                // What is fatal is followed by the server's closing.
                NatsLog.ServerError(_logger, Encoding.UTF8.GetString(frame.Text));
                break;
        }
    }

    private void OnReply(in NatsFrame frame)
    {
        if (frame.Subject.Length == _inbox.Length + TokenDigits
            && Utf8Parser.TryParse(frame.Subject[_inbox.Length..], out long token, out var used, 'x') && used == TokenDigits
            && _pending.TryTake(token, out var request))
        {
            request.OnReply(in frame);
        }
    }

    /// <summary>Once a second: requests that nobody answered end, and a server that is going to end is left as soon as nothing is outstanding.</summary>
    private void OnLook()
    {
        foreach (var request in _pending.TakeOlderThan(_requestTimeout))
        {
            request.OnLost(new NatsConnectionException($"NATS did not answer within {_requestTimeout.TotalSeconds:0.#} s."));
        }

        var leavingSince = _leavingSince;
        if (leavingSince != 0 && (_pending.IsEmpty || _clock.GetElapsedTime(leavingSince) > s_leaveTime))
        {
            _leavingSince = 0;
            _servers.Leave();
            Connection.Abort(new HighPerfException("The server is in lame duck mode."));
        }
    }
}
