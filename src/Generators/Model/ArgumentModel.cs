namespace HighPerf.Generators.Model;

/// <summary>A parameter that is part of the message. <see cref="Name"/> is escaped where it is a keyword; <c>View</c> is set where the run method takes a view of it.</summary>
internal sealed record ArgumentModel(string Name, string TypeName, Shape Shape, string? DefaultValue, string? View = null)
{
    /// <summary>A JSON reader insists on it: it has no default value and cannot be null.</summary>
    public bool IsRequired => DefaultValue is null && !TypeName.EndsWith("?");
}
