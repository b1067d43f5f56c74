namespace HighPerf;

/// <summary>Fixes a member's place in the message, whatever its place in the source. Places that nobody has stay empty in the version-tolerant layouts.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MemberOrderAttribute(int order) : Attribute
{
    /// <summary>The place, from 0 to 248.</summary>
    public int Order => order;
}
