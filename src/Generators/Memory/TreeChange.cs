namespace HighPerf.Generators.Memory;

/// <summary>What others can see of a change to a file.</summary>
internal enum TreeChange
{
    /// <summary>Nothing.</summary>
    Bodies,

    /// <summary>Members of its types, for those who name them.</summary>
    Members,

    /// <summary>What a name means: everybody.</summary>
    Names,
}
