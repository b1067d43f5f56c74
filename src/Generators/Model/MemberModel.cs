namespace HighPerf.Generators.Model;

/// <summary>A member of a contract.</summary>
/// <param name="Name">Escaped where it is a keyword.</param>
/// <param name="Shape">Its encoding.</param>
/// <param name="WireIndex">Its place in a layout with gaps.</param>
/// <param name="KeepsDefault">Where the bytes do not have it, it keeps the value of its initializer.</param>
internal sealed record MemberModel(string Name, Shape Shape, int WireIndex = 0, bool KeepsDefault = false)
{
    /// <summary>It, or its type, is not public: a view shows it to its own assembly only.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Its JSON.</summary>
    public JsonMember Json { get; init; } = JsonMember.None;
}
