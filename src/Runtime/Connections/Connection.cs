using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace HighPerf.Connections;

/// <summary>
/// A connection that is kept: it connects, greets, reads frames and sends what is staged, and when it is lost it connects again, for ever, with a capped and jittered
/// back-off. It knows sockets, TLS and time; what the bytes mean is its <see cref="ConnectionProtocol"/>'s. Nothing is allocated per frame.
/// </summary>
public sealed class Connection : IAsyncDisposable
{
    private static readonly PipeOptions s_pipeOptions = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false);

    private readonly string _name;
    private readonly ConnectionOptions _options;
    private readonly ConnectionProtocol _protocol;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly ConnectionOutput _output;
    private readonly SilenceWatch _silence;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _loop;
    private Stream? _stream;
    private Exception? _abortReason;
    private int _epoch;
    private bool _isConnected;

    /// <summary>Creates a connection that is not started.</summary>
    /// <param name="name">Names it in logs; without secrets.</param>
    /// <param name="options">Where and how; read when started.</param>
    /// <param name="protocol">What is spoken. One protocol object per connection.</param>
    /// <param name="logger">Told of connects, losses and failures.</param>
    /// <param name="clock">Back-off and silence follow it; <see cref="TimeProvider.System"/> when null.</param>
    public Connection(string name, ConnectionOptions options, ConnectionProtocol protocol, ILogger logger, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        _name = name;
        _options = options;
        _protocol = protocol;
        _logger = logger;
        _clock = clock ?? TimeProvider.System;
        _output = new ConnectionOutput(options.MaxStagedBytes);
        LookInterval = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerSecond, Math.Min(options.PingInterval.Ticks, options.SilenceTimeout.Ticks) / 4));
        _silence = new SilenceWatch(_clock, LookInterval);
    }

    /// <summary>Counts connections: 0 before the first. What belongs to an earlier one is void (contract D18).</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>True while frames can be staged.</summary>
    public bool IsConnected => Volatile.Read(ref _isConnected);

    /// <summary>Why the last attempt failed or the last connection was lost; null before that happened.</summary>
    public Exception? LastError { get; private set; }

    private TimeSpan LookInterval { get; }

    /// <summary>Starts connecting, in the background and for ever.</summary>
    public void Start()
    {
        if (_options.Tls is { AllowUntrustedPeer: true })
        {
            ConnectionLog.Untrusted(_logger, _name);
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            {
                _loop ??= Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Completes when the connection is open.</summary>
    /// <exception cref="ConnectionRefusedException">The peer refused the handshake of the last attempt.</exception>
    /// <exception cref="ObjectDisposedException">The connection is disposed.</exception>
    public async ValueTask WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        while (!IsConnected)
        {
            Task connected;
            lock (_lock)
            {
                connected = _connected.Task;
            }

            await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Asks to stage a frame. When admitted, this thread holds the connection's write lock: write the frame to <paramref name="output"/> and call <see cref="EndWrite"/>,
    /// without waiting for anything in between. What must have the order of the frames (a list of outstanding answers) is done under it too.
    /// </summary>
    public WriteAdmission BeginWrite(out IBufferWriter<byte> output)
    {
        var admission = _output.Begin(out var buffer);
        output = buffer;
        return admission;
    }

    /// <summary>Ends what <see cref="BeginWrite"/> admitted.</summary>
    /// <param name="keep">False takes the frame back: it could not be written to its end.</param>
    public void EndWrite(bool keep = true) => _output.End(keep);

    /// <summary>
    /// Ends what <see cref="BeginWrite"/> admitted and sends it on this thread, if nobody is sending at the moment: for frames that have to go out although the thread pool is
    /// busy. May block for as long as the peer does not read.
    /// </summary>
    public void EndWriteAndSend() => _output.EndAndSend();

    /// <summary>Completes when <see cref="BeginWrite"/> is worth another call after <see cref="WriteAdmission.Full"/>.</summary>
    public Task WaitForRoomAsync() => _output.WaitForRoomAsync();

    /// <summary>Gives up the present connection; the next one is made as after any loss.</summary>
    public void Abort(Exception reason)
    {
        Stream? stream;
        lock (_lock)
        {
            stream = _stream;
            _abortReason ??= stream is null ? null : reason;
        }

        stream?.Dispose();
    }

    /// <summary>Closes for good: what is staged is dropped. Protocols that say goodbye do so before.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_lock)
        {
            loop = _loop;
            _closing.Cancel();
        }

        Abort(new ObjectDisposedException(_name));
        await (loop ?? Task.CompletedTask).ConfigureAwait(false);
        Refuse(new ObjectDisposedException(_name));
    }

    private async Task RunAsync()
    {
        var backOff = new BackOff(_options.MinBackOff, _options.MaxBackOff);
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(backOff.Attempts).ConfigureAwait(false))
                {
                    backOff.Reset();
                }
            }
            catch (Exception exception)
            {
                LastError = exception;
                if (exception is ConnectionRefusedException)
                {
                    Refuse(exception);
                }

                if (_closing.IsCancellationRequested)
                {
                    break;
                }

                var delay = backOff.Next();
                ConnectionLog.ConnectFailed(_logger, _name, backOff.Attempts, Describe(exception), delay);
                await DelayAsync(delay).ConfigureAwait(false);
                continue;
            }

            if (!_closing.IsCancellationRequested)
            {
                await DelayAsync(backOff.Next()).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One connection from its making to its loss. False when it was lost as soon as it was there: such a peer is not hammered either.</summary>
    private async Task<bool> RunOnceAsync(int attempt)
    {
        var pipe = new Pipe(s_pipeOptions);
        var stream = await ConnectAsync(pipe, attempt).ConfigureAwait(false);
        var opened = _clock.GetTimestamp();
        var epoch = Open(stream.Stream, stream.Peer);
        Exception reason;
        var flusher = _output.FlushAsync(stream.Stream);
        await using (_clock.CreateTimer(static state => ((Connection)state!).OnLook(), this, LookInterval, LookInterval).ConfigureAwait(false))
        {
            try
            {
                CallProtocol(nameof(ConnectionProtocol.OnConnected), () => _protocol.OnConnected(epoch));
                SignalConnected();
                var reader = ReadAsync(stream.Stream, pipe, stream.Held);
                var first = await Task.WhenAny(reader, flusher).ConfigureAwait(false);
                await first.ConfigureAwait(false);
                reason = new EndOfStreamException("The connection ended.");
                stream.Stream.Dispose();
                _output.Close();
                await Task.WhenAll(Quiet(reader), Quiet(flusher)).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                reason = exception;
            }
        }

        lock (_lock)
        {
            reason = _abortReason ?? reason;
            _abortReason = null;
            _stream = null;
            Volatile.Write(ref _isConnected, false);
            if (_connected.Task.IsCompleted)
            {
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        stream.Stream.Dispose();
        _output.Close();
        await Quiet(flusher).ConfigureAwait(false);
        LastError = reason;
        CallProtocol(nameof(ConnectionProtocol.OnDisconnected), () => _protocol.OnDisconnected(epoch, reason));
        if (!_closing.IsCancellationRequested)
        {
            ConnectionLog.Lost(_logger, _name, epoch, Describe(reason));
        }

        return _clock.GetElapsedTime(opened) > _options.MaxBackOff;
    }

    private async ValueTask<(Stream Stream, HostAddress Peer, long Held)> ConnectAsync(Pipe pipe, int attempt)
    {
        using var deadline = new CancellationTokenSource(_options.ConnectTimeout, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _closing.Token);
        Stream? stream = null;
        try
        {
            var host = await _protocol.ChooseHostAsync(_options.Hosts, attempt, linked.Token).ConfigureAwait(false);
            stream = await ConnectionSocket.OpenAsync(host, _options, !_protocol.SecuresInHandshake, linked.Token).ConfigureAwait(false);
            var handshake = new ConnectionHandshake(stream, pipe, host, _options);
            await _protocol.HandshakeAsync(handshake, linked.Token).ConfigureAwait(false);
            stream = handshake.Stream;
            handshake.Release();
            return (stream, host, handshake.Remaining);
        }
        catch (Exception exception)
        {
            stream?.Dispose();
            if (deadline.IsCancellationRequested && !_closing.IsCancellationRequested)
            {
                throw new TimeoutException($"No connection with handshake within {_options.ConnectTimeout.TotalSeconds:0.###} s.", exception);
            }

            throw;
        }
    }

    private int Open(Stream stream, HostAddress peer)
    {
        int epoch;
        lock (_lock)
        {
            // Disposed in between: the read loop fails on the disposed stream.
            _stream = stream;
            if (_closing.IsCancellationRequested)
            {
                stream.Dispose();
            }

            epoch = ++_epoch;
        }

        _silence.Reset();
        _output.Open(stream);
        ConnectionLog.Connected(_logger, _name, peer, epoch);
        return epoch;
    }

    private void SignalConnected()
    {
        lock (_lock)
        {
            Volatile.Write(ref _isConnected, true);
            _connected.TrySetResult();
        }
    }

    private async Task ReadAsync(Stream stream, Pipe pipe, long held)
    {
        while (true)
        {
            if (held == 0 || !Consume(pipe, ref held))
            {
                await ConnectionSocket.FillAsync(stream, pipe, held, _options.MaxFrameBytes, CancellationToken.None).ConfigureAwait(false);
                Consume(pipe, ref held);
            }
        }
    }

    /// <summary>Shows the protocol what is there. False when there was nothing new to show.</summary>
    private bool Consume(Pipe pipe, ref long held)
    {
        if (!pipe.Reader.TryRead(out var result))
        {
            return false;
        }

        var buffer = result.Buffer;
        var consumed = _protocol.OnReceived(in buffer);
        var left = buffer.Slice(consumed).Length;
        if (left < buffer.Length)
        {
            _silence.OnReceived();
        }
        else
        {
            _silence.OnPart(left - held);
        }

        held = left;
        pipe.Reader.AdvanceTo(consumed, buffer.End);
        return true;
    }

    private void OnLook()
    {
        try
        {
            _silence.Look(_protocol.ExpectsBytes);
            if (_silence.Owed >= _options.SilenceTimeout)
            {
                Abort(new TimeoutException($"The peer owes an answer and was silent for {_silence.Owed.TotalSeconds:0.#} s."));
            }
            else if (_silence.Quiet >= _options.PingInterval)
            {
                _silence.OnPing();
                _protocol.OnTick();
            }
        }
        catch (Exception exception)
        {
            ConnectionLog.ProtocolFailed(_logger, _name, nameof(ConnectionProtocol.OnTick), exception);
        }
    }

    private void CallProtocol(string member, Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception)
        {
            ConnectionLog.ProtocolFailed(_logger, _name, member, exception);
        }
    }

    /// <summary>Tells those that wait for the connection, and lets later ones wait anew.</summary>
    private void Refuse(Exception reason)
    {
        lock (_lock)
        {
            if (!_connected.Task.IsCompleted)
            {
                _connected.SetException(reason);

                // Nobody may be waiting: then nobody has to look at it.
                _ = _connected.Task.Exception;
            }

            if (reason is not ObjectDisposedException)
            {
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private async Task DelayAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _clock, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Closing ends the wait.
        }
    }

    private static async Task Quiet(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static string Describe(Exception exception) => exception.InnerException is { } inner && exception is not HighPerfException ? $"{exception.Message} ({inner.Message})" : exception.Message;
}
