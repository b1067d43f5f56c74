namespace HighPerf;

/// <summary>A member that the bytes do not have keeps the value of its initializer, where it would otherwise become <c>default</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class KeepDefaultAttribute : Attribute;
