namespace HighPerf.Generated.Tests.Contracts;

[Document]
public sealed partial record AnyTree(int Value, AnyTree? Left, AnyTree[]? Others, string? Name);
