namespace HighPerf.Messages;

/// <summary>Media types: what a broker's native content type says of a CloudEvent and of its data.</summary>
internal static class CloudEventMedia
{
    public const string Json = "application/json";

    /// <summary>MemoryPack's format. No registered type; others than we are not expected to read it.</summary>
    public const string Binary = "application/x-memorypack";

    /// <summary>Whether attributes are headers or in the body.</summary>
    /// <exception cref="MessageFormatException">A batch, or a structured form that is not JSON.</exception>
    public static CloudEventMode ModeOf(string? nativeContentType)
    {
        var media = MediaType(nativeContentType);
        return media switch
        {
            "application/cloudevents+json" => CloudEventMode.Structured,
            _ when media.StartsWith("application/cloudevents-batch", StringComparison.Ordinal)
                => throw new MessageFormatException("A batch of CloudEvents in one message is not read here: each is acknowledged, tried again and given up on its own, so send them one by one."),
            _ when media.StartsWith("application/cloudevents", StringComparison.Ordinal)
                => throw new MessageFormatException($"CloudEvents as '{media}' are not read here (known: application/cloudevents+json, and the binary mode of headers)."),
            _ => CloudEventMode.Binary,
        };
    }

    /// <summary>What the data is written in; JSON where nothing is said.</summary>
    /// <exception cref="MessageFormatException">Neither JSON in UTF-8 nor the binary format.</exception>
    public static bool IsJson(string? dataContentType)
    {
        var media = MediaType(dataContentType);
        if (media is "" or Json or "text/json" || media.EndsWith("+json", StringComparison.Ordinal))
        {
            var charset = dataContentType?.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) ?? -1;
            var name = charset < 0 ? "utf-8" : dataContentType![(charset + 8)..].Split(';')[0].Trim(' ', '"');
            return name.ToLowerInvariant() is "utf-8" or "us-ascii" ? true : throw new MessageFormatException($"The data's charset '{name}' is not read here: JSON is UTF-8.");
        }

        return media == Binary ? false : throw new MessageFormatException($"The data's content type '{media}' is not known here (known: {Json}, {Binary}).");
    }

    private static string MediaType(string? contentType) => contentType is null ? string.Empty : contentType.Split(';')[0].Trim().ToLowerInvariant();
}
