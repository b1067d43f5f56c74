using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>A frame of the server, in place: its bytes belong to the connection, what is kept is copied.</summary>
internal ref struct NatsFrame
{
    private const int StatusAt = 9;

    public NatsFrameKind Kind;

    /// <summary>Which subscription a message is for.</summary>
    public long Sid;

    public ReadOnlySpan<byte> Subject;

    public ReadOnlySpan<byte> ReplyTo;

    /// <summary>INFO's JSON, -ERR's text.</summary>
    public ReadOnlySpan<byte> Text;

    /// <summary>The header block with its first line; empty for none.</summary>
    public ReadOnlySequence<byte> Headers;

    public ReadOnlySequence<byte> Payload;

    /// <summary>The status in the first line of the headers, by which a server answers without a message; 0 for none.</summary>
    public readonly int Status
    {
        get
        {
            Span<byte> first = stackalloc byte[StatusAt + 3];
            if (Headers.Length < first.Length)
            {
                return 0;
            }

            Headers.Slice(0, first.Length).CopyTo(first);
            return Utf8Parser.TryParse(first[StatusAt..], out int status, out var used) && used == 3 ? status : 0;
        }
    }

    public readonly string PayloadText => Encoding.UTF8.GetString(Payload);
}
