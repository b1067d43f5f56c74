namespace HighPerf;

/// <summary>Names the constructor that reading calls, where the generator would choose another one. Its parameters are named and typed like members.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
public sealed class ContractConstructorAttribute : Attribute;
