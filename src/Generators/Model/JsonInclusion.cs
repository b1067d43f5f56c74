namespace HighPerf.Generators.Model;

/// <summary>When a member is part of the JSON: what <c>[JsonIgnore]</c> says.</summary>
internal enum JsonInclusion
{
    Always,
    WhenNotNull,
    WhenNotDefault,
    Never,
}
