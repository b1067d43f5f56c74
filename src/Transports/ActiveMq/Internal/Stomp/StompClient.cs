using System.Buffers;
using System.Globalization;
using HighPerf.Connections;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>STOMP 1.2 on a kept connection: greets, shows that it is alive, sends requests and gives each its receipt, and hands on messages. Knows nothing of what they hold.</summary>
internal sealed class StompClient : ConnectionProtocol, IAsyncDisposable
{
    private readonly StompLogin _login;
    private readonly StompHandler _handler;
    private readonly StompReader _reader;
    private readonly StompReceipts _receipts = new();
    private readonly TimeProvider _clock;
    private ITimer? _beat;
    private TimeSpan _beatInterval;
    private long _lastReceipt;
    private bool _peerBeats;
    private int _hasWritten;

    public StompClient(string name, ConnectionOptions options, StompLogin login, StompLimits limits, StompHandler handler, ILogger logger, TimeProvider clock)
    {
        _login = login;
        _handler = handler;
        _clock = clock;
        _reader = new StompReader(limits);
        Connection = new Connection(name, options, this, logger, clock);
    }

    public Connection Connection { get; }

    /// <summary>The server as it calls itself, <c>ActiveMQ/5.17.2</c>.</summary>
    public string Server { get; private set; } = "";

    public override bool ExpectsBytes => _peerBeats || !_receipts.IsEmpty;

    /// <summary>Sends a request, unless there is too much to send or no connection. Its end is told to it.</summary>
    public WriteAdmission TrySend(StompRequest request)
    {
        var admission = Connection.BeginWrite(out var output);
        if (admission != WriteAdmission.Admitted)
        {
            return admission;
        }

        var written = false;
        try
        {
            var receipt = ++_lastReceipt;
            request.Write(new StompWriter(output), receipt);
            _receipts.Add(receipt, request);
            written = true;
        }
        finally
        {
            Volatile.Write(ref _hasWritten, 1);
            Connection.EndWrite(written);
        }

        return WriteAdmission.Admitted;
    }

    /// <summary>Sends frames that ask for no receipt; false when there is no connection or no room.</summary>
    public bool TryWrite(Action<StompWriter> write)
    {
        if (Connection.BeginWrite(out var output) != WriteAdmission.Admitted)
        {
            return false;
        }

        var written = false;
        try
        {
            write(new StompWriter(output));
            written = true;
        }
        finally
        {
            Volatile.Write(ref _hasWritten, 1);
            Connection.EndWrite(written);
        }

        return true;
    }

    /// <summary>Sends and waits for the receipt.</summary>
    /// <exception cref="StompConnectionException">There is no connection, or it was lost before the receipt came.</exception>
    /// <exception cref="StompErrorException">The broker refuses.</exception>
    public async Task CallAsync(Action<StompWriter, long> write)
    {
        var call = new StompCall(write);
        while (true)
        {
            switch (TrySend(call))
            {
                case WriteAdmission.Admitted:
                    await call.Task.ConfigureAwait(false);
                    return;
                case WriteAdmission.Full:
                    await Connection.WaitForRoomAsync().ConfigureAwait(false);
                    break;
                default:
                    throw new StompConnectionException(Connection.LastError ?? new InvalidOperationException("not connected"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        StopBeating();
    }

    public override async ValueTask HandshakeAsync(ConnectionHandshake handshake, CancellationToken cancellationToken)
    {
        _reader.Reset();
        WriteConnect(handshake);
        await handshake.FlushAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var received = await handshake.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = received;
            var isRead = _reader.TryRead(ref rest);
            var consumed = rest.Start;
            if (isRead)
            {
                Greeted();
            }

            handshake.AdvanceTo(consumed);
            if (isRead)
            {
                return;
            }
        }
    }

    public override void OnConnected(int epoch)
    {
        if (_beatInterval > TimeSpan.Zero)
        {
            // A third: the broker counts whole intervals in which nothing came.
            var look = _beatInterval / 3;
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            {
                _beat = _clock.CreateTimer(static state => ((StompClient)state!).Beat(), this, look, look);
            }
        }

        _handler.OnConnected(epoch);
    }

    public override SequencePosition OnReceived(in ReadOnlySequence<byte> received)
    {
        var rest = received;
        while (_reader.TryRead(ref rest))
        {
            Deliver();
        }

        return rest.Start;
    }

    public override void OnDisconnected(int epoch, Exception reason)
    {
        StopBeating();
        _peerBeats = false;
        _reader.Reset();
        foreach (var request in _receipts.TakeAll())
        {
            request.OnLost(reason);
        }

        _handler.OnDisconnected(reason);
    }

    private void Deliver()
    {
        switch (_reader.Command)
        {
            case StompCommand.Message:
                _handler.OnMessage(_reader);
                break;
            case StompCommand.Receipt when _receipts.TryTake(_reader.Number("receipt-id"u8), out var request):
                request.OnReceipt();
                break;
            case StompCommand.Receipt:
                throw new ConnectionProtocolException("STOMP: a receipt came that nobody asked for.");
            case StompCommand.Error when _receipts.TryTake(_reader.Number("receipt-id"u8), out var request):
                request.OnRefused(Reason());
                break;
            case StompCommand.Error:
                // It may be about any of the frames before: what they were meant to do is not known any more.
                throw new StompErrorException(Reason());
            default:
                throw new ConnectionProtocolException("STOMP: a frame came that no server sends.");
        }
    }

    /// <summary>The broker's own words, of its message only: the body is a stack trace.</summary>
    private string Reason() => _reader.Text("message"u8) is { Length: > 0 } message ? message : "ERROR without a message";

    private void Beat()
    {
        if (Interlocked.Exchange(ref _hasWritten, 0) == 0 && Connection.BeginWrite(out var output) == WriteAdmission.Admitted)
        {
            output.GetSpan(1)[0] = (byte)'\n';
            output.Advance(1);
            Connection.EndWrite();
        }
    }

    private void StopBeating() => Interlocked.Exchange(ref _beat, null)?.Dispose();

    private void WriteConnect(ConnectionHandshake handshake)
    {
        // Not escaped in the greeting; line ends in a login were refused with the address.
        var interval = (long)_login.HeartBeat.TotalMilliseconds;
        var writer = new StompWriter(handshake.Output);
        writer.Command("CONNECT"u8);
        writer.Raw("accept-version"u8, "1.2"u8);
        writer.Raw("host"u8, System.Text.Encoding.UTF8.GetBytes(handshake.Peer.Host));
        writer.Raw("heart-beat"u8, System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{interval},{interval}")));
        if (_login.User is not null)
        {
            writer.Raw("login"u8, System.Text.Encoding.UTF8.GetBytes(_login.User));
            writer.Raw("passcode"u8, System.Text.Encoding.UTF8.GetBytes(_login.Password ?? ""));
        }

        writer.End();
    }

    private void Greeted()
    {
        if (_reader.Command == StompCommand.Error)
        {
            throw new ConnectionRefusedException($"ActiveMQ answered: {Reason()}");
        }

        if (_reader.Command != StompCommand.Connected || _reader.Text("version"u8) != "1.2")
        {
            throw new ConnectionRefusedException("The server does not speak STOMP 1.2.");
        }

        Server = _reader.Text("server"u8) ?? "";
        var beats = (_reader.Text("heart-beat"u8) ?? "0,0").Split(',');
        _ = long.TryParse(beats[0], NumberStyles.None, CultureInfo.InvariantCulture, out var theirs);
        _ = long.TryParse(beats[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted);
        var ours = (long)_login.HeartBeat.TotalMilliseconds;
        _peerBeats = theirs > 0;
        _beatInterval = wanted > 0 ? TimeSpan.FromMilliseconds(Math.Max(wanted, ours)) : TimeSpan.Zero;
    }
}
