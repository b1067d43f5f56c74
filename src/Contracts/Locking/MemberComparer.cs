using System.Collections.Generic;
using System.Linq;

namespace HighPerf.Contracts.Locking;

/// <summary>Compares the members of one version of a contract.</summary>
internal static class MemberComparer
{
    private const string NewVersion = "give the contract a new version (Version = {0}) and, so that the old messages are read, a static method with [Upcast(from: {1})]";

    public static void Compare(Entry old, Entry now, TypeComparison types, List<Change> changes)
    {
        var version = string.Format(System.Globalization.CultureInfo.InvariantCulture, NewVersion, old.Version + 1, old.Version);
        if (old.Layout != now.Layout)
        {
            changes.Add(new Change(
                ChangeKind.LayoutChanged, old, now, "", "", old.Line, $"{ContractComparer.Title(now)} was laid out {Layout(old)} and is {Layout(now)}", $"Put the layout back, or {version}"));
            return;
        }

        if (old.Layout == "raw")
        {
            Raw(old, now, types, version, changes);
            return;
        }

        var isTolerant = old.Layout == "tolerant";
        var seen = new HashSet<string>();
        foreach (var member in old.Members)
        {
            if (now.Member(member.Name) is { } same)
            {
                seen.Add(same.Name);
                Same(old, now, member, same, types, isTolerant, version, changes);
            }
            else if (now.Members.Find(m => m.Order == member.Order && old.Member(m.Name) is null && types.AreSame(member.Type, m.Type)) is { } renamed)
            {
                seen.Add(renamed.Name);
                changes.Add(new Change(
                    ChangeKind.MemberRenamed, old, now, member.Name, renamed.Name, member.Line, $"The member '{member.Name}' of {Of(now)} is called '{renamed.Name}' now",
                    $"Keep its name in the message with [MemberName(\"{member.Name}\")], or {version}"));
            }
            else
            {
                changes.Add(new Change(
                    ChangeKind.MemberRemoved, old, now, member.Name, "", member.Line, $"The member '{member.Name}' ({member.Type}) of {Of(now)} is gone",
                    $"Put it back{(isTolerant ? "" : $" at place {member.Order}")}, with [Obsolete] if nobody should use it any more, or {version}"));
            }
        }

        if (!isTolerant)
        {
            Order(old, now, version, changes);
        }

        foreach (var added in now.Members.Where(m => m.IsRequired && !seen.Contains(m.Name)))
        {
            changes.Add(new Change(
                ChangeKind.MemberRequired, old, now, "", added.Name, old.Line, $"The member '{added.Name}' of {Of(now)} is new and a message without it is not enough, but all that are queued lack it",
                $"{Optional(now)}, or {version}"));
        }

        Result(old, now, types, version, changes);
    }

    private static void Same(Entry old, Entry now, MemberFact member, MemberFact same, TypeComparison types, bool isTolerant, string version, List<Change> changes)
    {
        if (!types.AreSame(member.Type, same.Type))
        {
            changes.Add(new Change(
                ChangeKind.MemberRetyped, old, now, member.Name, same.Name, member.Line, $"The member '{member.Name}' of {Of(now)} was '{member.Type}' and is '{same.Type}'",
                $"Put the type back, add a member of the new type at the end, or {version}"));
        }

        if (same.IsRequired && !member.IsRequired)
        {
            changes.Add(new Change(
                ChangeKind.MemberRequired, old, now, member.Name, same.Name, member.Line, $"The member '{member.Name}' of {Of(now)} could be missing and must not be now",
                $"{Optional(now)}, or {version}"));
        }

        if (isTolerant && member.Order != same.Order)
        {
            changes.Add(new Change(
                ChangeKind.MembersReordered, old, now, member.Name, same.Name, member.Line, $"The member '{member.Name}' of {Of(now)} had the order {member.Order} and has {same.Order}",
                $"Give it the order {member.Order} again, or {version}"));
        }
    }

    /// <summary>Members that both have must stand in the same order, and what is new behind them.</summary>
    private static void Order(Entry old, Entry now, string version, List<Change> changes)
    {
        var common = now.Members.OrderBy(m => m.Order).Where(m => old.Member(m.Name) is not null).ToList();
        var before = old.Members.OrderBy(m => m.Order).Where(m => now.Member(m.Name) is not null).ToList();
        for (var i = 0; i < common.Count; i++)
        {
            if (common[i].Name != before[i].Name)
            {
                changes.Add(new Change(
                    ChangeKind.MembersReordered, old, now, before[i].Name, common[i].Name, before[i].Line, $"The members of {Of(now)} changed places: '{common[i].Name}' stands where '{before[i].Name}' was",
                    $"Put them back in the order {string.Join(", ", old.Members.OrderBy(m => m.Order).Select(m => m.Name))}, or {version}"));
                return;
            }
        }

        var last = common.Count == 0 ? -1 : common[common.Count - 1].Order;
        foreach (var inserted in now.Members.Where(m => old.Member(m.Name) is null && m.Order < last && m.Order < old.Members.Count))
        {
            // One that took the place of another has been reported as that.
            if (changes.Exists(c => c.After == now && c.MemberAfter == inserted.Name))
            {
                continue;
            }

            changes.Add(new Change(
                ChangeKind.MembersReordered, old, now, "", inserted.Name, old.Line, $"The new member '{inserted.Name}' of {Of(now)} stands before others",
                $"Move it to the end, or {version}"));
        }
    }

    private static void Raw(Entry old, Entry now, TypeComparison types, string version, List<Change> changes)
    {
        var same = old.Members.Count == now.Members.Count && old.Members.Zip(now.Members, (a, b) => a.Name == b.Name && types.AreSame(a.Type, b.Type)).All(s => s);
        if (!same)
        {
            changes.Add(new Change(
                ChangeKind.LayoutChanged, old, now, "", "", old.Line, $"{ContractComparer.Title(now)} is a struct without references, its memory is its encoding, and its fields changed",
                $"Put its fields back as they were, or {version}"));
        }
    }

    private static void Result(Entry old, Entry now, TypeComparison types, string version, List<Change> changes)
    {
        // Nobody waits for a result that there was not.
        if (old.Result.Length > 0 && !types.AreSame(old.Result, now.Result))
        {
            var what = now.Result.Length == 0 ? $"The command '{now.Name}' has no result any more (it was '{old.Result}')" : $"The result of the command '{now.Name}' was '{old.Result}' and is '{now.Result}'";
            changes.Add(new Change(ChangeKind.MemberRetyped, old, now, "the result", "the result", old.Line, what, $"Put it back, or {version}"));
        }
    }

    private static string Of(Entry entry) => $"the {entry.Kind} '{entry.Name}'";

    private static string Layout(Entry entry) => entry.Layout.Length == 0 ? "as an object" : entry.Layout;

    private static string Optional(Entry entry) => entry.Kind == "command" ? "Give the argument a default value or make it nullable" : "Make it nullable and not 'required'";
}
