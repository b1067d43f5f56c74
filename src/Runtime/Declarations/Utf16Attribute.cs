namespace HighPerf;

/// <summary>Writes a string as UTF-16: larger, and able to carry unpaired surrogates.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class Utf16Attribute : Attribute;
