namespace HighPerf.Generators.Model;

/// <summary>A struct whose binary form is its memory, as an object.</summary>
/// <param name="IsContract">It has generated code of its own.</param>
/// <param name="IsComplete">Its public members hold all that its memory holds, and can be set.</param>
/// <param name="Members">Its public members.</param>
/// <param name="ConstructorMembers">Indexes of the members that the constructor takes, in its order.</param>
/// <param name="InitializerMembers">Indexes of the members that are set after it.</param>
internal sealed record JsonStruct(
    bool IsContract, bool IsComplete, EquatableArray<MemberModel> Members, EquatableArray<int> ConstructorMembers, EquatableArray<int> InitializerMembers) : JsonForm;
