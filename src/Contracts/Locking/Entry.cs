using System.Collections.Generic;

namespace HighPerf.Contracts.Locking;

/// <summary>A command, event, document, enum or struct of the model, with everything that is known of it.</summary>
internal sealed class Entry(string kind, string name, int line)
{
    public string Kind { get; } = kind;

    public string Name { get; } = name;

    /// <summary>Its first line in the file, from 1; 0 where it comes from an assembly.</summary>
    public int Line { get; } = line;

    public string Hash { get; set; } = "";

    public string Schema { get; set; } = "";

    public int Version { get; set; } = 1;

    /// <summary>Empty for the ordinary layout, else <c>tolerant</c> or <c>raw</c>.</summary>
    public string Layout { get; set; } = "";

    public List<string> Aliases { get; } = [];

    public List<UpcastFact> Upcasts { get; } = [];

    public List<MemberFact> Members { get; } = [];

    public List<ValueFact> Values { get; } = [];

    /// <summary>The type of a command's result; empty for none.</summary>
    public string Result { get; set; } = "";

    /// <summary>An enum's underlying type.</summary>
    public string Underlying { get; set; } = "";

    /// <summary>A struct's size in bytes.</summary>
    public int Size { get; set; }

    public bool IsContract => Kind is "command" or "event" or "document";

    public MemberFact? Member(string name) => Members.Find(m => m.Name == name);
}
