using System.Buffers;
using System.Text;
using HighPerf.Connections;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>Reads a whole reply, value by value, forwards. Attributes are passed over. The bytes belong to the connection: what is kept is copied.</summary>
internal ref struct RespReader
{
    private SequenceReader<byte> _reader;

    public RespReader(in ReadOnlySequence<byte> reply) => _reader = new SequenceReader<byte>(reply);

    /// <summary>Kind of the value that was read last.</summary>
    public RespKind Kind { get; private set; }

    /// <summary>Integer, boolean as 0 or 1, direct elements of an aggregate; -1 for null of any kind.</summary>
    public long Number { get; private set; }

    /// <summary>Text of a scalar, bytes of a bulk string.</summary>
    public ReadOnlySequence<byte> Bytes { get; private set; }

    public readonly bool IsNull => Number < 0 && Kind is RespKind.Null or RespKind.Bulk or RespKind.Array;

    public readonly bool IsError => Kind is RespKind.Error or RespKind.BulkError;

    public readonly bool IsEnd => _reader.End;

    /// <summary>Reads the next value; of an aggregate only how many elements follow.</summary>
    public void Read()
    {
        ReadRaw();
        while (Kind == RespKind.Attribute)
        {
            for (var i = Number; i > 0; i--)
            {
                Skip();
            }

            ReadRaw();
        }
    }

    /// <summary>Reads a value and leaves it out with all that is in it.</summary>
    public void Skip()
    {
        Read();
        SkipElements();
    }

    /// <summary>Leaves out the elements of the aggregate that was read last.</summary>
    public void SkipElements()
    {
        // Not by recursion: a level more is just more to skip.
        var pending = Kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push ? Math.Max(Number, 0) : 0;
        for (; pending > 0; pending--)
        {
            Read();
            pending += Kind is RespKind.Array or RespKind.Map or RespKind.Set ? Math.Max(Number, 0) : 0;
        }
    }

    /// <summary>Reads an aggregate's beginning; how many elements follow, 0 for null.</summary>
    public int ReadCount()
    {
        Read();
        return Kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push or RespKind.Null ? (int)Math.Max(Number, 0) : throw Unexpected("an aggregate");
    }

    public long ReadInteger()
    {
        Read();
        return Kind is RespKind.Integer or RespKind.Boolean ? Number : throw Unexpected("an integer");
    }

    /// <summary>Reads a string of any kind; null for null.</summary>
    public string? ReadText()
    {
        Read();
        return IsNull ? null : Text;
    }

    /// <summary>Reads the bytes of a string of any kind; empty for null.</summary>
    public ReadOnlySequence<byte> ReadBytes()
    {
        Read();
        return Kind is RespKind.Bulk or RespKind.SimpleString or RespKind.Verbatim or RespKind.Null ? Bytes : throw Unexpected("a string");
    }

    /// <summary>The text of the value that was read last, a verbatim string's without its format.</summary>
    public readonly string Text
    {
        get
        {
            var text = Encoding.UTF8.GetString(Bytes);
            return Kind == RespKind.Verbatim && text.Length >= 4 && text[3] == ':' ? text[4..] : text;
        }
    }

    private readonly ConnectionProtocolException Unexpected(string expected)
        => new($"Redis answered {(IsError ? $"'{Text}'" : Kind.ToString())} where {expected} was expected.");

    private void ReadRaw()
    {
        var start = _reader.Position;
        if (!RespToken.TryRead(ref _reader, out var token))
        {
            throw new ConnectionProtocolException("RESP3: a reply ends in the middle of a value.");
        }

        Kind = token.Kind;
        Number = token.Number;
        if (token.IsBulk)
        {
            var length = Math.Max(token.Number, 0);
            if (_reader.Remaining < length)
            {
                throw new ConnectionProtocolException("RESP3: a reply ends in the middle of a string.");
            }

            Bytes = _reader.UnreadSequence.Slice(0, length);
            _reader.Advance(length + (token.Number < 0 ? 0 : 2));
        }
        else
        {
            // Behind the type byte, without the line's end.
            Bytes = token.IsAggregate ? default : _reader.Sequence.Slice(_reader.Sequence.GetPosition(1, start), token.Line.Length);
        }
    }
}
