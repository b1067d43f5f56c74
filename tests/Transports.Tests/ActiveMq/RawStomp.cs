using System.Net.Sockets;
using System.Text;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>STOMP by hand: what another client does, and what the transport is measured against.</summary>
internal sealed class RawStomp : IDisposable
{
    private readonly TcpClient _client;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    public RawStomp(int port)
    {
        _client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _client.GetStream().Write("CONNECT\naccept-version:1.2\nhost:x\n\n\0"u8);
        ReadFrameAsync().GetAwaiter().GetResult();
    }

    public async Task SendAsync(string frames) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(frames));

    /// <summary>The next frame, up to its NUL: for bodies without one.</summary>
    public async Task<string> ReadFrameAsync()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)0);
            if (length >= 0)
            {
                var frame = Encoding.UTF8.GetString(_buffer, _start, length);
                _start += length + 1;
                return frame.TrimStart('\n');
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var count = await _client.GetStream().ReadAsync(_buffer.AsMemory(_end));
            _end += count > 0 ? count : throw new EndOfStreamException();
        }
    }

    public void Dispose() => _client.Dispose();
}
