using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Contracts;

/// <summary>A member, argument or field on its way into a schema.</summary>
internal readonly struct SchemaMember(string name, ITypeSymbol type, bool isRequired, int? order = null)
{
    public string Name { get; } = name;

    public ITypeSymbol Type { get; } = type;

    public bool IsRequired { get; } = isRequired;

    /// <summary>Its number, where an attribute gives it one.</summary>
    public int? Order { get; } = order;
}
