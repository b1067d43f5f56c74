using System.Text;

namespace HighPerf.Messages;

/// <summary>The JSON event format of CloudEvents 1.0, read.</summary>
internal static class CloudEventJson
{
    /// <summary>Reads attributes, and gives the data: the bytes of <c>data</c> as they stand, or those of <c>data_base64</c>; empty for none.</summary>
    /// <param name="json">The event.</param>
    /// <param name="attributes">Where the attributes go.</param>
    /// <param name="isText">True where the data stood as JSON.</param>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> json, CloudEventAttributes attributes, out bool isText)
    {
        var reader = new JsonMessageReader(json);
        ReadOnlySpan<byte> data = default;
        var (hasData, hasText) = (false, false);
        reader.StartObject();
        while (reader.NextMember(out var name))
        {
            if (name.SequenceEqual("data"u8) || name.SequenceEqual("data_base64"u8))
            {
                if (hasData)
                {
                    throw reader.Error("an event has its data once: as data or as data_base64");
                }

                hasData = true;
                hasText = name.Length == 4;
                data = hasText ? reader.ReadRaw() : reader.ReadBytes();
            }
            else if (reader.ReadScalar() is { } value)
            {
                Add(attributes, Encoding.UTF8.GetString(name), value, ref reader);
            }
        }

        reader.End();
        isText = hasText;
        return data;
    }

    /// <summary>Free headers whose names are no names of attributes.</summary>
    public static void ReadHeaders(string json, Dictionary<string, string> headers)
    {
        var reader = new JsonMessageReader(Encoding.UTF8.GetBytes(json));
        reader.StartObject();
        while (reader.NextKey(out var name))
        {
            headers.TryAdd(name, reader.ReadString() ?? string.Empty);
        }

        reader.End();
    }

    private static void Add(CloudEventAttributes attributes, string name, string value, ref JsonMessageReader reader)
    {
        try
        {
            attributes.Add(name, value);
        }
        catch (MessageFormatException exception)
        {
            throw reader.Error(exception.Message);
        }
    }
}
