namespace HighPerf.Generators.Model;

/// <summary>One parameter of the run method.</summary>
internal sealed record RunParameter(RunParameterKind Kind, string Name);
