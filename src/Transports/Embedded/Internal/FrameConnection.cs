using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace HighPerf.Transports.Embedded;

/// <summary>
/// A socket as frames. What several threads send while it is being written goes out in the next write, all in one. Frames are read in their order, by one loop.
/// </summary>
internal sealed class FrameConnection(Socket socket, int maxFrame) : IThreadPoolWorkItem, IDisposable
{
    private const int HeaderSize = 5;
    private const int MaxRetained = 1024 * 1024;

    private readonly Lock _lock = new();
    private ArrayBufferWriter<byte> _staged = new(16 * 1024);
    private ArrayBufferWriter<byte> _sending = new(16 * 1024);
    private bool _isQueued;
    private bool _isWriting;
    private bool _closed;

    /// <summary>The longest frame that is read; a longer one ends the connection.</summary>
    public int MaxFrame { get; set; } = maxFrame;

    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>When the last whole frame came, in <see cref="Environment.TickCount64"/>: bytes alone may be of one whose length was damaged, and that never ends.</summary>
    public long LastReceived { get; private set; } = Environment.TickCount64;

    /// <summary>Stages a frame. False when the connection is closed.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="head">The payload's first bytes.</param>
    /// <param name="body">The rest of them.</param>
    /// <param name="isUrgent">True for what must go out although the thread pool may be busy: it is written by this thread.</param>
    public bool Send(FrameKind kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body = default, bool isUrgent = false)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            var header = _staged.GetSpan(HeaderSize);
            BinaryPrimitives.WriteInt32LittleEndian(header, 1 + head.Length + body.Length);
            header[4] = (byte)kind;
            _staged.Advance(HeaderSize);
            _staged.Write(head);
            _staged.Write(body);
            if (_isWriting || (_isQueued && !isUrgent))
            {
                return true;
            }

            (_isWriting, _isQueued) = (isUrgent, true);
        }

        if (isUrgent)
        {
            _ = SendStagedAsync();
        }
        else
        {
            // Not on this thread: those that send at the same moment share a write.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return true;
    }

    /// <summary>Reads frames until the connection ends or one is not understood.</summary>
    /// <param name="onFrame">Called with each frame.</param>
    /// <param name="afterBurst">Awaited after the frames of one read: reading goes on when it is done.</param>
    public async Task ReadAsync(FrameHandler onFrame, Func<ValueTask>? afterBurst)
    {
        var buffer = new byte[64 * 1024];
        var used = 0;
        try
        {
            while (!IsClosed)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(used)).ConfigureAwait(false);
                if (read == 0)
                {
                    return;
                }

                used += read;
                var done = 0;
                var wanted = 0;
                while (used - done >= HeaderSize)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(done));
                    if (length < 1 || length > MaxFrame)
                    {
                        throw new InvalidDataException($"A frame of {length} bytes; {MaxFrame} is the limit.");
                    }

                    if (used - done < 4 + length)
                    {
                        wanted = 4 + length;
                        break;
                    }

                    onFrame((FrameKind)buffer[done + 4], buffer.AsSpan(done + HeaderSize, length - 1));
                    done += 4 + length;
                    LastReceived = Environment.TickCount64;
                }

                buffer.AsSpan(done, used - done).CopyTo(buffer);
                used -= done;
                if (wanted > buffer.Length)
                {
                    Array.Resize(ref buffer, wanted);
                }

                if (afterBurst is not null)
                {
                    await afterBurst().ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidDataException or ArgumentException or OverflowException)
        {
            // The end of a connection, whichever way it comes: closed, reset, or not understood.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Completes when what was staged is written, or the connection is closed.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_closed || !(_isQueued || _isWriting))
                {
                    return;
                }
            }

            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
        {
            if (_isWriting)
            {
                return;
            }

            _isWriting = true;
        }

        _ = SendStagedAsync();
    }

    private async Task SendStagedAsync()
    {
        try
        {
            while (true)
            {
                ArrayBufferWriter<byte> sending;
                lock (_lock)
                {
                    if (_staged.WrittenCount == 0 || _closed)
                    {
                        _isQueued = _isWriting = false;
                        return;
                    }

                    sending = _staged;
                    _staged = _sending;
                    _sending = sending;
                }

                for (var bytes = sending.WrittenMemory; bytes.Length > 0;)
                {
                    bytes = bytes[await socket.SendAsync(bytes).ConfigureAwait(false)..];
                }

                sending.ResetWrittenCount();
                if (sending.Capacity > MaxRetained)
                {
                    _sending = new ArrayBufferWriter<byte>(16 * 1024);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Dispose();
        }
    }
}

/// <summary>Told of a frame; its payload is borrowed for the call.</summary>
internal delegate void FrameHandler(FrameKind kind, ReadOnlySpan<byte> payload);
