using System.Buffers;
using System.IO.Pipelines;

namespace HighPerf.Connections;

/// <summary>Reads and writes before a connection is open for frames: what a protocol's greeting needs.</summary>
public sealed class ConnectionHandshake
{
    private readonly ConnectionOptions _options;
    private readonly Pipe _input;
    private readonly FrameBuffer _output = new();
    private ReadOnlySequence<byte> _received;
    private bool _mayHoldMore;

    internal ConnectionHandshake(Stream stream, Pipe input, HostAddress peer, ConnectionOptions options)
    {
        Stream = stream;
        _input = input;
        _options = options;
        Peer = peer;
    }

    /// <summary>Who is at the other end.</summary>
    public HostAddress Peer { get; }

    /// <summary>What the next flush sends.</summary>
    public IBufferWriter<byte> Output => _output;

    internal Stream Stream { get; private set; }

    /// <summary>Goes on in TLS, by the connection's options: for protocols whose first words are plain (<see cref="ConnectionProtocol.SecuresInHandshake"/>).</summary>
    /// <exception cref="ConnectionProtocolException">The peer has sent more than it should have in plain: it must not be taken for what came by TLS.</exception>
    public async ValueTask SecureAsync(CancellationToken cancellationToken)
    {
        if (_received.Length > 0)
        {
            throw new ConnectionProtocolException("The peer sent plain bytes behind its greeting, where TLS begins.");
        }

        Stream = await ConnectionSocket.SecureAsync(Stream, Peer, _options.Tls!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what was written.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await Stream.WriteAsync(_output.Memory, cancellationToken).ConfigureAwait(false);
        _output.Clear();
    }

    /// <summary>All that was received and not consumed. Waits for more when nothing of the last result was consumed, or all of it.</summary>
    /// <exception cref="EndOfStreamException">The peer closed.</exception>
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_mayHoldMore)
        {
            await ConnectionSocket.FillAsync(Stream, _input, _received.Length, _options.MaxFrameBytes, cancellationToken).ConfigureAwait(false);
        }

        _input.Reader.TryRead(out var result);
        _received = result.Buffer;
        return _received;
    }

    /// <summary>Says how far the last result of <see cref="ReadAsync"/> is consumed. To be called after every read.</summary>
    public void AdvanceTo(SequencePosition consumed)
    {
        var rest = _received.Slice(consumed);
        _mayHoldMore = !rest.IsEmpty && rest.Length < _received.Length;

        // Not marked as examined: what is left over is shown to the read loop even if no further byte comes.
        _input.Reader.AdvanceTo(consumed);
        _received = rest;
    }

    internal long Remaining => _received.Length;

    internal void Release() => _output.Dispose();
}
