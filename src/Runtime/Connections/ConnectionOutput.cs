namespace HighPerf.Connections;

/// <summary>
/// The write side. Writers stage frames in one buffer under a short lock; one flusher takes all that is staged and sends it, so that a burst is one system call. While
/// it sends, the next burst is staged in the other buffer.
/// </summary>
internal sealed class ConnectionOutput(int maxStagedBytes)
{
    private readonly Lock _lock = new();
    private readonly WakeSignal _wake = new();
    private FrameBuffer _staged = new();
    private FrameBuffer _sending = new();
    private TaskCompletionSource? _room;
    private Stream? _stream;
    private int _frameStart;
    private bool _isOpen;
    private bool _isFlusherIdle;
    private bool _isSendingHere;

    /// <summary>Frames may be staged from now on.</summary>
    public void Open(Stream stream)
    {
        lock (_lock)
        {
            _stream = stream;
            _staged.Clear();
            _sending.Clear();
            _isFlusherIdle = false;
            _isOpen = true;
        }
    }

    /// <summary>Nothing can be staged from now on, and what was staged is dropped. The flusher ends.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _isOpen = false;
            _staged.Clear();
            room = Interlocked.Exchange(ref _room, null);
        }

        room?.SetResult();
        _wake.Set();
    }

    /// <summary>When admitted, the lock is held until <see cref="End"/>.</summary>
    public WriteAdmission Begin(out FrameBuffer output)
    {
        output = null!;
        _lock.Enter();
        var admission = !_isOpen ? WriteAdmission.Disconnected : _staged.Length >= maxStagedBytes ? WriteAdmission.Full : WriteAdmission.Admitted;
        if (admission != WriteAdmission.Admitted)
        {
            _lock.Exit();
            return admission;
        }

        output = _staged;
        _frameStart = _staged.Length;
        return WriteAdmission.Admitted;
    }

    public void End(bool keep)
    {
        if (!keep)
        {
            _staged.Truncate(_frameStart);
        }

        var wake = _isFlusherIdle && _staged.Length > 0;
        _isFlusherIdle &= !wake;
        _lock.Exit();
        if (wake)
        {
            _wake.Set();
        }
    }

    /// <summary>Ends a frame and sends what is staged on this thread, unless somebody is sending already: for who must not depend on the thread pool.</summary>
    public void EndAndSend()
    {
        if (!_isFlusherIdle)
        {
            _lock.Exit();
            return;
        }

        // The flusher has nothing to do: its buffer and the stream's write side are this thread's until it says otherwise.
        _isFlusherIdle = false;
        _isSendingHere = true;
        (_staged, _sending) = (_sending, _staged);
        var stream = _stream!;
        _lock.Exit();
        try
        {
            stream.Write(_sending.Memory.Span);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The connection's loops meet the same.
        }

        lock (_lock)
        {
            _sending.Clear();
            _isSendingHere = false;
        }

        _wake.Set();
    }

    /// <summary>Completes when it is worth trying again: the staged bytes are on their way, or the connection is gone.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_lock)
        {
            if (!_isOpen || _staged.Length < maxStagedBytes)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>The flusher: sends until the output is closed or the stream fails.</summary>
    public async Task FlushAsync(Stream stream)
    {
        while (true)
        {
            switch (TakeStaged())
            {
                case null:
                    await _wake.WaitAsync().ConfigureAwait(false);
                    break;
                case false:
                    return;
                default:
                    await stream.WriteAsync(_sending.Memory).ConfigureAwait(false);
                    _sending.Clear();
                    break;
            }
        }
    }

    /// <summary>True: there is something to send. Null: nothing now. False: closed.</summary>
    private bool? TakeStaged()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            if (!_isOpen)
            {
                return false;
            }

            if (_isSendingHere)
            {
                return null;
            }

            if (_staged.Length == 0)
            {
                _isFlusherIdle = true;
                return null;
            }

            (_staged, _sending) = (_sending, _staged);
            room = Interlocked.Exchange(ref _room, null);
        }

        room?.SetResult();
        return true;
    }
}
