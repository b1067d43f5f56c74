namespace HighPerf;

/// <summary>Leaves a public member of an event or document out of the message.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IgnoreMemberAttribute : Attribute;
