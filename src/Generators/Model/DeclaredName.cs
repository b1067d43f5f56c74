namespace HighPerf.Generators.Model;

/// <summary>A wire name that a type claims, for the checks over the whole assembly.</summary>
internal sealed record DeclaredName(string WireName, string TypeName, LocationInfo? Location);
