namespace HighPerf;

/// <summary>How this process writes and reads JSON bodies.</summary>
public sealed class JsonMessageOptions
{
    /// <summary>Writes enums as the names of their members instead of numbers; off by default. A value without a name is a number. Both forms are read in any case.</summary>
    public bool EnumsAsStrings { get; set; }

    /// <summary>What becomes of members that a contract does not declare; <see cref="UnknownMembers.Skip"/> by default.</summary>
    public UnknownMembers UnknownMembers { get; set; }

    internal static JsonMessageOptions Default { get; } = new();
}
