namespace HighPerf.Generators.Model;

/// <summary>The method that does the work: its parameters in order, as expressions (an argument's name, the context, the token).</summary>
internal sealed record RunMethod(string Name, bool IsStatic, bool IsPublic, ReturnKind Returns, EquatableArray<RunParameter> Parameters);
