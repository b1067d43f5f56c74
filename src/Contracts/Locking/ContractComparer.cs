using System.Collections.Generic;
using System.Linq;

namespace HighPerf.Contracts.Locking;

/// <summary>Compares the contracts of an assembly with those of the file. What is not found here is compatible both ways.</summary>
internal static class ContractComparer
{
    public static List<Change> Compare(ContractSet before, ContractSet after)
    {
        var changes = new List<Change>();
        var types = new TypeComparison(before, after);
        foreach (var old in before.Entries)
        {
            if (old.Kind == "enum")
            {
                Enum(old, after.Find("enum", old.Name), changes);
            }
            else if (old.Kind == "struct")
            {
                Struct(old, after.Find("struct", old.Name), types, changes);
            }
            else
            {
                Contract(old, before, after, types, changes);
            }
        }

        return changes;
    }

    private static void Contract(Entry old, ContractSet before, ContractSet after, TypeComparison types, List<Change> changes)
    {
        // A former name may have been given to another contract; then that is the one that has to read the old messages.
        var now = after.Find(old.Kind, old.Name) ?? after.Contracts.FirstOrDefault(c => c.Kind == old.Kind && c.Aliases.Contains(old.Name));
        if (now is null)
        {
            changes.Add(Removed(old, before, after));
            return;
        }

        foreach (var alias in old.Aliases.Where(a => a != now.Name && !now.Aliases.Contains(a)))
        {
            changes.Add(new Change(
                ChangeKind.ReadingLost, old, now, alias, "", old.Line, $"{Title(now)} is no longer received under its former name '{alias}'", $"Put '{alias}' back into its Aliases"));
        }

        if (now.Version < old.Version)
        {
            changes.Add(new Change(
                ChangeKind.ReadingLost, old, now, "", "", old.Line, $"{Title(now)} went back from version {old.Version} to {now.Version}", $"Set Version = {old.Version}, or a higher one"));
            return;
        }

        foreach (var upcast in old.Upcasts.Where(u => !now.Upcasts.Exists(n => n.From == u.From && n.Schema == u.Schema)))
        {
            changes.Add(new Change(
                ChangeKind.ReadingLost, old, now, "", "", upcast.Line, $"{Title(now)} no longer reads its version {upcast.From}", $"Put the method with [Upcast(from: {upcast.From})] and the type that it takes back as they were"));
        }

        if (now.Version == old.Version)
        {
            MemberComparer.Compare(old, now, types, changes);
        }
        else if (now.Upcasts.Find(u => u.From == old.Version) is { } upcast && upcast.Schema != old.Schema)
        {
            changes.Add(new Change(
                ChangeKind.ReadingLost, old, now, "", "", old.Line, $"The type that [Upcast(from: {old.Version})] of {Title(now)} takes has not the members of version {old.Version}", "Give it the members that this file lists, in their order"));
        }
    }

    private static Change Removed(Entry old, ContractSet before, ContractSet after)
    {
        // A contract that is new and looks the same has probably been renamed.
        var renamed = after.Contracts.Where(c => c.Kind == old.Kind && before.Find(c.Kind, c.Name) is null && !c.Aliases.Contains(old.Name))
            .OrderByDescending(c => c.Members.Count(m => old.Member(m.Name)?.Type == m.Type) - System.Math.Abs(c.Members.Count - old.Members.Count))
            .FirstOrDefault(c => c.Members.Select(m => m.Name + m.Type).SequenceEqual(old.Members.Select(m => m.Name + m.Type)) || c.Name.Substring(c.Name.LastIndexOf('.') + 1) == old.Name.Substring(old.Name.LastIndexOf('.') + 1));
        var attribute = Attribute(old.Kind);
        return renamed is null
            ? new Change(
                ChangeKind.ContractRemoved, old, null, "", "", old.Line, $"{Title(old)} is gone: what is queued or published under that name has no reader",
                $"Put it back, or name it in the Aliases of the declaration that takes its place: [{attribute}(Aliases = [\"{old.Name}\"])]")
            : new Change(
                ChangeKind.ContractRemoved, old, renamed, "", "", old.Line, $"{Title(old)} is called '{renamed.Name}' now: what is queued or published under the old name has no reader",
                $"Keep the name: [{attribute}(\"{old.Name}\")], or receive under both: [{attribute}(\"{renamed.Name}\", Aliases = [\"{old.Name}\"])]");
    }

    private static void Enum(Entry old, Entry? now, List<Change> changes)
    {
        if (now is null)
        {
            return;
        }

        if (old.Underlying != now.Underlying)
        {
            changes.Add(new Change(
                ChangeKind.EnumNarrowed, old, now, "", "", old.Line, $"The enum {old.Name} was '{old.Underlying}' and is '{now.Underlying}': its values take other bytes", $"Declare it ': {old.Underlying}' again, or use a new enum in a new member"));
            return;
        }

        foreach (var value in old.Values.Where(v => !now.Values.Exists(n => n.Number == v.Number && n.Name == v.Name)))
        {
            var other = now.Values.Find(n => n.Name == value.Name);
            var what = other is not null ? $"{old.Name}.{value.Name} was {value.Number} and is {other.Number}"
                : now.Values.Find(n => n.Number == value.Number) is { } renamed ? $"{old.Name}.{value.Name} ({value.Number}) is called {renamed.Name} now"
                : $"{old.Name}.{value.Name} ({value.Number}) is gone";
            changes.Add(new Change(
                ChangeKind.EnumNarrowed, old, now, value.Name, other?.Name ?? "", value.Line, what + ": what is queued may have that value", $"Put '{value.Name} = {value.Number}' back, with [Obsolete] if nobody should use it any more"));
        }
    }

    private static void Struct(Entry old, Entry? now, TypeComparison types, List<Change> changes)
    {
        if (now is null)
        {
            return;
        }

        var same = old.Size == now.Size && old.Members.Count == now.Members.Count
            && old.Members.Zip(now.Members, (a, b) => a.Name == b.Name && types.AreSame(a.Type, b.Type)).All(s => s);
        if (!same)
        {
            changes.Add(new Change(
                ChangeKind.LayoutChanged, old, now, "", "", old.Line, $"The struct {old.Name} is laid out differently: its memory is its encoding, so nothing can be added, taken away or moved",
                "Put its fields back as they were, or declare another struct (or a record, which can grow) and use it in a new member"));
        }
    }

    internal static string Title(Entry entry) => $"The {entry.Kind} '{entry.Name}'";

    private static string Attribute(string kind) => kind switch
    {
        "command" => "Task",
        "event" => "Event",
        _ => "Document",
    };
}
