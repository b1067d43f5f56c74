using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HighPerf.Messages;

/// <summary>
/// Finds the member at a byte of a document by reading the document again: a reader that fails can say where, and a reader that does not keeps no account of it.
/// </summary>
internal static class JsonPath
{
    private const int MaxName = 64;
    private const int MaxPath = 512;

    public static string Find(ReadOnlySpan<byte> json, int offset)
    {
        var frames = new List<Frame>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonLimits.MaxBrackets });
        try
        {
            while (reader.Read())
            {
                Follow(frames, ref reader);
                if (reader.TokenStartIndex >= offset)
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            // Here it ends for everybody.
        }

        return Format(frames);
    }

    private static void Follow(List<Frame> frames, ref Utf8JsonReader reader)
    {
        var top = frames.Count - 1;
        switch (reader.TokenType)
        {
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                frames.RemoveAt(top);
                return;
            case JsonTokenType.PropertyName:
                frames[top] = new Frame(Encoding.UTF8.GetString(reader.ValueSpan.Length <= MaxName ? reader.ValueSpan : reader.ValueSpan[..MaxName]), -1);
                return;
        }

        if (top >= 0 && frames[top].Name is null)
        {
            frames[top] = new Frame(null, frames[top].Index + 1);
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            frames.Add(new Frame(string.Empty, -1));
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            frames.Add(new Frame(null, -1));
        }
    }

    private static string Format(List<Frame> frames)
    {
        var path = new StringBuilder("$");
        foreach (var frame in frames)
        {
            if (frame.Name is null)
            {
                _ = frame.Index < 0 ? path : path.Append('[').Append(frame.Index.ToString(CultureInfo.InvariantCulture)).Append(']');
            }
            else if (frame.Name.Length > 0)
            {
                path.Append('.').Append(frame.Name);
            }

            if (path.Length > MaxPath)
            {
                return path.Append('…').ToString();
            }
        }

        return path.ToString();
    }

    /// <summary>An object with its current member, or, without a name, an array with its current index.</summary>
    private readonly record struct Frame(string? Name, int Index);
}
