using System.Net.Sockets;

namespace HighPerf.Transports.Embedded;

/// <summary>
/// A client's connection to the broker: connects, again and again with growing pauses, sends requests and finds who awaits their replies. What was on its way when a connection
/// ends is unknown.
/// </summary>
internal sealed class ClientLink(string path, EmbeddedClientOptions options, FrameHandler onFrame, Action onConnected, Action onDisconnected) : IAsyncDisposable
{
    private const int ShortestPause = 100;
    private const int LongestPause = 5_000;
    private const int MaxGreeting = 64 * 1024;
    private const int MaxSpare = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, PendingReply> _pending = [];
    private readonly Stack<PendingReply> _spare = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameConnection? _connection;
    private Task _running = Task.CompletedTask;
    private int _lastRequest;
    private string _state = "was never connected";

    /// <summary>The largest message, as the broker says.</summary>
    public long MaxMessage { get; private set; }

    public DurabilityLevel Durability { get; private set; }

    /// <summary>Connects, and keeps connected from then on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        await _first.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For connections on which only replies are expected: whoever waits for one must hear that it will not come.</summary>
    /// <exception cref="InvalidDataException">Always: it ends the connection.</exception>
    public static void Unexpected(FrameKind kind, ReadOnlySpan<byte> payload)
        => throw new InvalidDataException($"A frame of kind {kind} with {payload.Length} bytes is not expected here.");

    public bool IsConnected => Volatile.Read(ref _connection) is not null;

    /// <summary>Completes when there is a connection, or none has come in the time that publishes have.</summary>
    public async ValueTask WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        Task connected;
        lock (_lock)
        {
            connected = _connection is not null || _closing.IsCancellationRequested ? Task.CompletedTask : _connected.Task;
        }

        await connected.WaitAsync(options.BrokerTimeout, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public PendingReply Rent()
    {
        lock (_lock)
        {
            return _spare.TryPop(out var pending) ? pending : new PendingReply(this);
        }
    }

    public void Recycle(PendingReply pending)
    {
        lock (_lock)
        {
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(pending);
            }
        }
    }

    /// <summary>A number for a request whose reply completes this.</summary>
    public int Expect(PendingReply pending)
    {
        lock (_lock)
        {
            pending.Request = ++_lastRequest;
            _pending.Add(pending.Request, pending);
            return pending.Request;
        }
    }

    /// <summary>Sends a request; when there is no connection it ends at once.</summary>
    public void Send(FrameKind kind, PendingReply pending, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body = default)
    {
        if (Volatile.Read(ref _connection)?.Send(kind, head, body) != true && TryTake(pending.Request, out _))
        {
            pending.Fail(ReplyStatus.Refused, $"The embedded broker at '{path}' {_state}.");
        }
    }

    /// <summary>Sends what has no reply.</summary>
    public void Send(FrameKind kind, ReadOnlySpan<byte> head, bool isUrgent = false) => Volatile.Read(ref _connection)?.Send(kind, head, isUrgent: isUrgent);

    public void SendCancel(int request) => Send(FrameKind.Cancel, FrameWriter.New().Int32(request).Written);

    public async ValueTask DisposeAsync()
    {
        _state = "is not used any more: its transport was disposed";
        await _closing.CancelAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _connected.TrySetResult();
        }

        if (Volatile.Read(ref _connection) is { } connection)
        {
            await connection.DrainAsync().WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            connection.Dispose();
        }

        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var pause = ShortestPause;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                if (await ConnectAsync().ConfigureAwait(false))
                {
                    pause = ShortestPause;
                    continue;
                }
            }
            catch (HighPerfException exception)
            {
                // Another version will not become this one by waiting.
                _state = "cannot be used: " + exception.Message;
                _first.TrySetException(exception);
                return;
            }

            // Full jitter: many clients of one broker do not come back all at once.
            await Task.Delay(Random.Shared.Next(pause), _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = Math.Min(pause * 2, LongestPause);
        }
    }

    /// <summary>Connects and reads until the connection ends. False when there was none.</summary>
    private async Task<bool> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(SocketPath.EndPoint(path), _closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            _state = "does not answer: " + exception.Message;
            socket.Dispose();
            return false;
        }

        var connection = new FrameConnection(socket, MaxGreeting);
        var wasGreeted = false;
        HighPerfException? refusal = null;
        connection.Send(FrameKind.Hello, FrameWriter.New().Int32(BrokerServer.Magic).Byte(BrokerServer.Version).Written);
        var began = Environment.TickCount64;
        using var pinging = new Timer(_ => Ping(connection, Volatile.Read(ref wasGreeted) ? connection.LastReceived : began), null, options.PingInterval, options.PingInterval);
        await connection.ReadAsync(OnFrame, afterBurst: null).ConfigureAwait(false);
        SetConnection(null);
        if (refusal is not null)
        {
            throw refusal;
        }

        if (!_closing.IsCancellationRequested)
        {
            _state = wasGreeted ? "has ended the connection" : "does not let this process in: it has enough clients, or belongs to another user";
        }

        FailAll();
        if (wasGreeted)
        {
            onDisconnected();
        }

        return wasGreeted;

        void OnFrame(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            if (kind == FrameKind.Pong)
            {
                new FrameReader(payload).End();
                return;
            }

            if (kind != FrameKind.Reply)
            {
                onFrame(kind, payload);
                return;
            }

            var frame = new FrameReader(payload);
            var (request, status, number) = (frame.Int32(), (ReplyStatus)frame.Byte(), frame.Int64());
            if (wasGreeted)
            {
                if (!TryTake(request, out var pending))
                {
                    // Then somebody else waits for a reply that will not come, and only the end of the connection tells.
                    throw new InvalidDataException("A reply to a request that nobody has made.");
                }

                pending.Complete(status, number, frame.Rest);
                return;
            }

            if (status != ReplyStatus.Done)
            {
                refusal = new HighPerfException(frame.Text() ?? "The broker refused the connection.");
                connection.Dispose();
                return;
            }

            wasGreeted = true;
            MaxMessage = number;
            Durability = Enum.Parse<DurabilityLevel>(frame.Text() ?? "");
            connection.MaxFrame = (int)Math.Min(number + BrokerServer.FrameOverhead + BrokerReceiver.MaxFrame, int.MaxValue - 64);
            SetConnection(connection);
            if (_closing.IsCancellationRequested)
            {
                connection.Dispose();
                return;
            }

            onConnected();
            _first.TrySetResult();
        }
    }

    private void SetConnection(FrameConnection? connection)
    {
        lock (_lock)
        {
            _connection = connection;
            if (connection is not null)
            {
                _connected.TrySetResult();
            }
            else if (_connected.Task.IsCompleted)
            {
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Ping(FrameConnection connection, long silentSince)
    {
        if (Environment.TickCount64 - silentSince > options.SilenceTimeout.TotalMilliseconds)
        {
            connection.Dispose();
        }
        else
        {
            connection.Send(FrameKind.Ping, default);
        }
    }

    private bool TryTake(int request, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingReply? pending)
    {
        lock (_lock)
        {
            return _pending.Remove(request, out pending);
        }
    }

    private void FailAll()
    {
        PendingReply[] pending;
        lock (_lock)
        {
            pending = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var reply in pending)
        {
            reply.Fail(ReplyStatus.Unknown, $"The embedded broker at '{path}' {_state}; nobody knows what became of the request.");
        }
    }
}
