using System.Buffers;
using HighPerf.Connections;

namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>Escapes of header names and values in STOMP 1.2: line ends, colons and backslashes. A NUL has none, so it cannot be in a header.</summary>
internal static class StompEscapes
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create("\r\n:\\\0"u8);

    /// <summary>Unescapes in place; returns the length.</summary>
    /// <exception cref="ConnectionProtocolException">An escape that does not exist.</exception>
    public static int Unescape(Span<byte> text)
    {
        var to = text.IndexOf((byte)'\\');
        if (to < 0)
        {
            return text.Length;
        }

        for (var from = to; from < text.Length; from++)
        {
            var octet = text[from];
            if (octet == (byte)'\\')
            {
                octet = (++from < text.Length ? text[from] : 0) switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'c' => (byte)':',
                    (byte)'\\' => (byte)'\\',
                    _ => throw new ConnectionProtocolException("STOMP: a header has an escape that does not exist."),
                };
            }

            text[to++] = octet;
        }

        return to;
    }

    /// <summary>Writes escaped text; returns the length, at most twice the text's.</summary>
    /// <exception cref="ArgumentException">The text has a NUL.</exception>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var length = 0;
        while (text.IndexOfAny(s_special) is >= 0 and var at)
        {
            text[..at].CopyTo(destination[length..]);
            length += at;
            destination[length++] = (byte)'\\';
            destination[length++] = text[at] switch
            {
                (byte)'\r' => (byte)'r',
                (byte)'\n' => (byte)'n',
                (byte)':' => (byte)'c',
                (byte)'\\' => (byte)'\\',
                _ => throw new ArgumentException("A STOMP header cannot hold a NUL.", nameof(text)),
            };
            text = text[(at + 1)..];
        }

        text.CopyTo(destination[length..]);
        return length + text.Length;
    }
}
