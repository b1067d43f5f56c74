namespace HighPerf.Generators.Emission.Json;

/// <summary>Names in generated JSON code.</summary>
internal static class JsonSource
{
    public const string Writer = "global::HighPerf.JsonMessageWriter";
    public const string Reader = "global::HighPerf.JsonMessageReader";

    /// <summary>The JSON part of a declaration is a file of its own: it is large, and few look at it.</summary>
    public static string HintName(string hintName) => hintName.Substring(0, hintName.Length - "g.cs".Length) + "Json.g.cs";
}
