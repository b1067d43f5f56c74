using System.Net.Sockets;

namespace HighPerf.Transports.Embedded;

/// <summary>Lets other processes of the same user use an embedded transport, over a Unix socket.</summary>
internal sealed class BrokerServer : IAsyncDisposable
{
    /// <summary>What a frame may have beyond a message: queue, key, fields.</summary>
    public const int FrameOverhead = 1024 * 1024;

    /// <summary>First bytes of a connection: "HPB1".</summary>
    public const int Magic = 0x31425048;

    public const byte Version = 1;

    private readonly EmbeddedTransport _transport;
    private readonly EmbeddedTransportOptions _options;
    private readonly Socket _listener;
    private readonly Lock _lock = new();
    private readonly HashSet<BrokerSession> _sessions = [];
    private readonly Task _accepting;
    private bool _closed;

    private readonly Func<StateJournal> _openState;
    private readonly Lock _stateLock = new();
    private StateJournal? _state;

    public BrokerServer(EmbeddedTransport transport, EmbeddedTransportOptions options, Func<StateJournal> openState)
    {
        _transport = transport;
        _options = options;

        _openState = openState;
        _listener = SocketPath.Listen(options.Socket!);
        _accepting = AcceptAsync();
    }

    public EmbeddedTransport Transport => _transport;

    /// <summary>Opened by the first one who asks; where that fails, by the next one.</summary>
    /// <exception cref="HighPerf.Journal.JournalException">It cannot be opened, or the broker ends.</exception>
    public StateJournal State
    {
        get
        {
            lock (_stateLock)
            {
                return _state ??= Volatile.Read(ref _closed) ? throw new HighPerf.Journal.JournalException("The broker ends.") : _openState();
            }
        }
    }

    public long MaxClientBytes => _options.MaxClientBytes;

    public int MaxFrame => (int)Math.Min(_transport.Capabilities.MaxMessageBytes + FrameOverhead, int.MaxValue);

    public void Remove(BrokerSession session)
    {
        lock (_lock)
        {
            _sessions.Remove(session);
        }
    }

    public async ValueTask DisposeAsync()
    {
        BrokerSession[] sessions;
        lock (_lock)
        {
            _closed = true;
            sessions = [.. _sessions];
        }

        _listener.Dispose();
        File.Delete(Path.GetFullPath(_options.Socket!));
        await _accepting.ConfigureAwait(false);
        foreach (var session in sessions)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        StateJournal? state;
        lock (_stateLock)
        {
            state = _state;
        }

        if (state is not null)
        {
            await state.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                if (Volatile.Read(ref _closed) || exception is ObjectDisposedException)
                {
                    return;
                }

                // Out of descriptors, probably: what there is has to end first.
                await Task.Delay(100).ConfigureAwait(false);
                continue;
            }

            lock (_lock)
            {
                if (_closed || _sessions.Count >= _options.MaxClients || !Peer.IsSameUser(socket))
                {
                    socket.Dispose();
                    continue;
                }

                var session = new BrokerSession(this, socket);
                _sessions.Add(session);
                session.Start();
            }
        }
    }
}
