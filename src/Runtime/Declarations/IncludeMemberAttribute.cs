namespace HighPerf;

/// <summary>Makes a member that is not public part of the message.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IncludeMemberAttribute : Attribute;
