namespace HighPerf.Generators.Model;

/// <summary>A member's name in JSON, when it is there, and whether a reader insists on it.</summary>
internal sealed record JsonMember(string Name, JsonInclusion Inclusion, bool IsRequired)
{
    /// <summary>For what has no JSON.</summary>
    public static JsonMember None { get; } = new("", JsonInclusion.Never, false);

    /// <summary>A part that is always there.</summary>
    public static JsonMember Part(string name) => new(name, JsonInclusion.Always, true);
}
