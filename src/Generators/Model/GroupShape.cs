namespace HighPerf.Generators.Model;

/// <summary><c>IGrouping</c>: two members, the key and its elements; <c>ILookup</c>: a count of groupings.</summary>
internal sealed record GroupShape(string TypeName, bool IsLookup, Shape Key, string KeyTypeName, SequenceShape Elements) : Shape(TypeName)
{
    public override int MinimumSize => IsLookup ? 4 : 1;

    public GroupShape Grouping => new($"global::System.Linq.IGrouping<{KeyTypeName}, {Elements.ElementTypeName}>", false, Key, KeyTypeName, Elements);
}
