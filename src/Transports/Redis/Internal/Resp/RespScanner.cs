using System.Buffers;
using System.Runtime.CompilerServices;
using HighPerf.Connections;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>
/// Finds where a reply ends while it arrives, in bounded depth, number of values and memory; goes on where it stopped, so that a large reply in many pieces is read
/// once. An attribute belongs to the value that follows it.
/// </summary>
internal struct RespScanner
{
    public const int MaxDepth = 32;
    public const int MaxValues = 4 * 1024 * 1024;

    private Levels _remaining;
    private int _depth;
    private int _values;

    // Bytes of the frame that are understood, and bytes of a bulk string that are still to come behind them, its line end included.
    private long _scanned;
    private long _skip;

    /// <summary>Looks for the end of the first reply in <paramref name="buffer"/>, which begins where it began at the last call if that said false.</summary>
    /// <exception cref="ConnectionProtocolException">The bytes are not RESP3, or exceed a bound.</exception>
    public bool TryFindEnd(in ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        end = default;
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(_scanned);
        while (true)
        {
            if (_skip > 0 && !TrySkip(ref reader))
            {
                _scanned = reader.Consumed;
                return false;
            }

            if (_values > 0 && _depth == 0)
            {
                end = reader.Position;
                this = default;
                return true;
            }

            if (!RespToken.TryRead(ref reader, out var token))
            {
                _scanned = reader.Consumed;
                return false;
            }

            Take(in token);
        }
    }

    private void Take(in RespToken token)
    {
        if (++_values > MaxValues)
        {
            throw new ConnectionProtocolException($"RESP3: a reply has more than {MaxValues} values.");
        }

        if (token.Kind == RespKind.Push && _depth > 0)
        {
            throw new ConnectionProtocolException("RESP3: a push is inside of a reply.");
        }

        if (token.IsBulk && token.Number >= 0)
        {
            _skip = token.Number + 2;
        }

        if (token.Kind == RespKind.Attribute)
        {
            // The value that it belongs to is one more of this level; an attribute that is complete counts like a value.
            if (_depth > 0 && token.Number > 0)
            {
                _remaining[_depth - 1]++;
            }

            Enter(token.Number + (_depth == 0 ? 1 : 0));
        }
        else if (token.IsAggregate && token.Number > 0)
        {
            // The level above is left when this one is complete: depth is what is open, also for last elements.
            Enter(token.Number);
        }
        else
        {
            Leave();
        }
    }

    private bool TrySkip(ref SequenceReader<byte> reader)
    {
        if (_skip > 2)
        {
            var count = Math.Min(_skip - 2, reader.Remaining);
            reader.Advance(count);
            _skip -= count;
        }

        while (_skip is 1 or 2)
        {
            if (!reader.TryRead(out var next))
            {
                return false;
            }

            if (next != (_skip == 2 ? (byte)'\r' : (byte)'\n'))
            {
                throw new ConnectionProtocolException("RESP3: a bulk string does not end where its length says.");
            }

            _skip--;
        }

        return _skip == 0;
    }

    private void Enter(long count)
    {
        if (count == 0)
        {
            return;
        }

        if (_depth == MaxDepth)
        {
            throw new ConnectionProtocolException($"RESP3: a reply is nested more than {MaxDepth} deep.");
        }

        _remaining[_depth++] = count;
    }

    /// <summary>A value is complete: it is one less of its level, and a level that is complete is a complete value itself.</summary>
    private void Leave()
    {
        while (_depth > 0 && --_remaining[_depth - 1] == 0)
        {
            _depth--;
        }
    }

    [InlineArray(MaxDepth)]
    private struct Levels
    {
        private long _first;
    }
}
