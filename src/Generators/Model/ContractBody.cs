namespace HighPerf.Generators.Model;

/// <summary>How a contract is written, read and built.</summary>
/// <param name="TypeName">The type as source.</param>
/// <param name="DisplayName">The type in error messages.</param>
/// <param name="IsValueType">A struct.</param>
/// <param name="IsRecursive">A value can contain another of the same type: reading and writing count the depth.</param>
/// <param name="Layout">Layout of the members.</param>
/// <param name="Whole">Set where the type is encoded as something else: a struct without references as its memory, a collection as such.</param>
/// <param name="Members">The members in wire order.</param>
/// <param name="ConstructorMembers">Indexes of the members that the constructor takes, in its order.</param>
/// <param name="InitializerMembers">Indexes of the members that are set after it.</param>
/// <param name="IgnoredRequired">Required members that are left out of the message: the language demands that they are set.</param>
/// <param name="Cases">The cases of a union; it has no members then.</param>
/// <param name="Callbacks">Methods to call around.</param>
internal sealed record ContractBody(
    string TypeName,
    string DisplayName,
    bool IsValueType,
    bool IsRecursive,
    BodyLayout Layout,
    Shape? Whole,
    EquatableArray<MemberModel> Members,
    EquatableArray<int> ConstructorMembers,
    EquatableArray<int> InitializerMembers,
    EquatableArray<string> IgnoredRequired,
    EquatableArray<UnionCase> Cases,
    EquatableArray<Callback> Callbacks)
{
    public static ContractBody Empty(string typeName, string displayName, bool isValueType, BodyLayout layout)
        => new(typeName, displayName, isValueType, false, layout, null, default, default, default, default, default, default);

    /// <summary>Places on the wire: the members and the gaps between them.</summary>
    public int WireCount => Layout == BodyLayout.Ordinary || Members.Count == 0 ? Members.Count : Members[Members.Count - 1].WireIndex + 1;
}
