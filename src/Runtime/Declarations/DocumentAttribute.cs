namespace HighPerf;

/// <summary>Declares data on a partial record, class or struct: a task's argument or result, or a domain object from a data source.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class DocumentAttribute : Attribute
{
    /// <summary>Declares a document under a wire name derived from its namespace and name.</summary>
    public DocumentAttribute()
    {
    }

    /// <summary>Declares a document under a wire name of its own.</summary>
    /// <param name="name">Wire name, at most 256 bytes of UTF-8.</param>
    public DocumentAttribute(string name) => Name = name;

    /// <summary>The wire name; null for the derived one.</summary>
    public string? Name { get; }

    /// <summary>Former wire names under which this document is still received.</summary>
    public string[] Aliases { get; set; } = [];

    /// <summary>How its members are laid out; <see cref="ContractLayout.Ordinary"/> unless set. Both sides must agree, so it is chosen once.</summary>
    public ContractLayout Layout { get; set; }

    /// <summary>
    /// The version of the document's members; 1 by default. A member that is added at the end needs no new version; one that is removed, renamed, retyped or moved does. Messages
    /// of an earlier version are read where a method has <see cref="UpcastAttribute"/>, and parked where none has.
    /// </summary>
    public int Version { get; set; } = 1;
}
