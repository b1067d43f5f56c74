using System.Globalization;
using System.Text;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>A reply as objects, for commands that are rare. Errors are values too: what they mean is for the caller to say.</summary>
internal sealed record RespValue(RespKind Kind, long Number, byte[] Bytes, RespValue[] Items)
{
    public bool IsNull => Number < 0 && Kind is RespKind.Null or RespKind.Bulk or RespKind.Array;

    public bool IsError => Kind is RespKind.Error or RespKind.BulkError;

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>An integer, or a string that is one; 0 for null.</summary>
    public long Integer => Kind is RespKind.Integer or RespKind.Boolean ? Number : long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>The value of a field: of a map, or of an array of pairs as RESP2 has it. Null when there is none.</summary>
    public RespValue? Field(string name)
    {
        for (var i = 0; i + 1 < Items.Length; i += 2)
        {
            if (Items[i].Text == name)
            {
                return Items[i + 1];
            }
        }

        return null;
    }

    public static RespValue Read(ref RespReader reader)
    {
        reader.Read();
        var kind = reader.Kind;
        var number = reader.Number;
        if (kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push)
        {
            // Grows with what is there, not with what is announced.
            var items = new List<RespValue>();
            for (var i = 0L; i < number; i++)
            {
                items.Add(Read(ref reader));
            }

            return new RespValue(kind, number, [], [.. items]);
        }

        return new RespValue(kind, number, System.Buffers.BuffersExtensions.ToArray(reader.Bytes), []);
    }
}
