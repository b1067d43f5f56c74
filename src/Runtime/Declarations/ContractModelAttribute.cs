using System.ComponentModel;

namespace HighPerf;

/// <summary>What a declaration is in messages, as text: what the build compares with contracts.lock. Written by the generator, read from the compiled assembly, never at run time.</summary>
/// <param name="declaration">The declared type.</param>
/// <param name="facts">Its facts, one a line.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ContractModelAttribute(Type declaration, string facts) : Attribute
{
    /// <summary>The declared type.</summary>
    public Type Declaration { get; } = declaration;

    /// <summary>Its facts, one a line.</summary>
    public string Facts { get; } = facts;
}
