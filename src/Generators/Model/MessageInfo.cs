namespace HighPerf.Generators.Model;

/// <summary>What a message descriptor is made of.</summary>
internal sealed record MessageInfo(string Kind, string WireName, EquatableArray<string> Aliases, Schema Schema);
