namespace HighPerf;

/// <summary>Declares an event message on a partial record, class or struct: something that happened, which any number of tasks subscribe to.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class EventAttribute : Attribute
{
    /// <summary>Declares an event under a wire name derived from its namespace and name.</summary>
    public EventAttribute()
    {
    }

    /// <summary>Declares an event under a wire name of its own.</summary>
    /// <param name="name">Wire name, at most 256 bytes of UTF-8.</param>
    public EventAttribute(string name) => Name = name;

    /// <summary>The wire name; null for the derived one.</summary>
    public string? Name { get; }

    /// <summary>Former wire names under which this event is still received.</summary>
    public string[] Aliases { get; set; } = [];

    /// <summary>How its members are laid out; <see cref="ContractLayout.Ordinary"/> unless set. Both sides must agree, so it is chosen once.</summary>
    public ContractLayout Layout { get; set; }

    /// <summary>
    /// The version of the event's members; 1 by default. A member that is added at the end needs no new version; one that is removed, renamed, retyped or moved does. Messages
    /// of an earlier version are read where a method has <see cref="UpcastAttribute"/>, and parked where none has.
    /// </summary>
    public int Version { get; set; } = 1;
}
