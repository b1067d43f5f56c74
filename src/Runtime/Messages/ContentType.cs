namespace HighPerf.Messages;

/// <summary>What a message's body is written in: a byte of the envelope. Whatever else it says is passed on by those who do not look into the body, and refused by those who do.</summary>
internal static class ContentType
{
    /// <summary>MemoryPack's format.</summary>
    public const byte Binary = 1;

    /// <summary>JSON in UTF-8.</summary>
    public const byte Json = 2;

    /// <summary>Why a body cannot be read here.</summary>
    public static string Explain(byte contentType, string message) => contentType == Json
        ? "The body of " + message + " is JSON, and this process reads none. Say hp.UseJson(), or route something AsJson()."
        : "The body of " + message + " has the content type " + contentType + ", which is not known here (known: 1 binary, 2 JSON).";
}
