namespace HighPerf;

/// <summary>Writes a <c>bool[]</c> with 32 values in four bytes.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BitPackedAttribute : Attribute;
