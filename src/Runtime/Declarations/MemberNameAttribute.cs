namespace HighPerf;

/// <summary>Keeps the name that a member or an argument has in messages when it is called something else in code: what a rename needs to stay compatible.</summary>
/// <param name="name">The name in messages: the one that other versions know.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public sealed class MemberNameAttribute(string name) : Attribute
{
    /// <summary>The name in messages.</summary>
    public string Name { get; } = name;
}
