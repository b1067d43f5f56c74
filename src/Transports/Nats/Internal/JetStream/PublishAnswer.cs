using System.Buffers;
using System.Text.Json;

namespace HighPerf.Transports.Nats.JetStream;

/// <summary>A PubAck, read in place.</summary>
internal static class PublishAnswer
{
    /// <summary>True when the stream has the message, also when it had it before; else the error's code and text.</summary>
    public static bool IsAccepted(in ReadOnlySequence<byte> payload, out int code, out string? description)
    {
        code = 0;
        description = null;
        var bytes = payload.FirstSpan;
        if (payload.IsSingleSegment && bytes.StartsWith("{\"stream\":\""u8) && bytes.IndexOf("error"u8) < 0 && bytes.IndexOf("\"seq\":0"u8) < 0)
        {
            return true;
        }

        var reader = new Utf8JsonReader(payload);
        try
        {
            var hasSequence = false;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.CurrentDepth == 1 && reader.ValueTextEquals("seq"u8))
                {
                    hasSequence = reader.Read() && reader.TryGetInt64(out var sequence) && sequence > 0;
                }
                else if (reader.ValueTextEquals("err_code"u8))
                {
                    reader.Read();
                    reader.TryGetInt32(out code);
                }
                else if (reader.ValueTextEquals("description"u8))
                {
                    reader.Read();
                    description = reader.GetString();
                }
            }

            if (hasSequence && code == 0 && description is null)
            {
                return true;
            }

            description ??= "an answer that is none";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            description = "an answer that is not JSON";
        }

        return false;
    }
}
