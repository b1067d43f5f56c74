namespace HighPerf.Generators.Model;

/// <summary>A class with <c>[MemoryPackUnionFormatter]</c>: the union of a type that is not annotated itself.</summary>
internal sealed record UnionFormatterModel(TypeHeader Type, ContractBody Body, EquatableArray<ContractBody> Inlined);
