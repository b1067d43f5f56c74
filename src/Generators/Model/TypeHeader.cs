namespace HighPerf.Generators.Model;

/// <summary>How to reopen a partial type: its namespace, the types around it and itself, each as <c>record struct</c> + name.</summary>
internal sealed record TypeHeader(string? Namespace, EquatableArray<string> Containing, string Keyword, string Name, string FullName, string HintName);
