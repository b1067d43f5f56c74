namespace HighPerf.Generators.Model;

/// <summary>One case of a union.</summary>
internal sealed record UnionCase(int Tag, Shape Shape)
{
    /// <summary>Its type is not public: a view shows it to its own assembly only.</summary>
    public bool IsInternal { get; init; }
}
