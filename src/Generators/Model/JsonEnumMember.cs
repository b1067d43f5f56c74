namespace HighPerf.Generators.Model;

internal sealed record JsonEnumMember(string Name, string Value);
