using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>The one walk over an object's bytes that its view needs: it checks every length, notes places, and ends with the view and the object's length.</summary>
internal static class ViewWalkEmitter
{
    // More is not worth the code at each place that makes a view.
    private const int MaxInlined = 6;

    /// <summary>
    /// A member of variable size is checked together with the least that must follow it: its content, the values behind it and the next header are one comparison.
    /// </summary>
    public static void Ordinary(SourceWriter output, ViewModel view, ContractBody body, List<ViewMember> members)
    {
        Open(output, view, body, members.Count(m => m.Shape is not FixedShape));
        var rest = members.Sum(m => m.Shape.MinimumSize);
        Fail(output, $"left < {1 + rest}");
        var (from, offset) = ((string?)null, 1);
        foreach (var member in members)
        {
            rest -= member.Shape.MinimumSize;
            if (member.Shape is FixedShape value)
            {
                offset += value.Size;
                continue;
            }

            var place = ViewMember.At(from, offset);
            (from, offset) = ($"o{member.Index + 1}", 0);
            output.Line($"var {from} = {place} + {member.Length(place)};");
            Fail(output, $"{from} > left{(rest == 0 ? "" : $" - {rest}")}");
        }

        Close(output, view, ViewMember.At(from, offset), members.Where(m => m.IsNoted).Select(m => $"(int)o{m.Index}"));
    }

    public static void Tolerant(SourceWriter output, ViewModel view, ContractBody body, List<ViewMember> members)
    {
        Open(output, view, body, members.Count);
        output.Line($"var next = {Source.Reader}.MembersAt(ref at, left, out var lengths);");
        Fail(output, "next > left");
        var index = 0;
        foreach (var member in members)
        {
            var wireIndex = body.Members[member.Index].WireIndex;
            if (wireIndex > index)
            {
                output.Line($"next += {Source.Reader}.SkipMembers(ref at, ref lengths, {wireIndex - index});");
            }

            output.Line($"var o{member.Index} = 0;");
            output.Open($"if ({Source.Reader}.HasMember(ref at, ref lengths))");
            Fail(output, $"next > left - {member.Shape.MinimumSize}");
            output.Line($"o{member.Index} = (int)next;");
            output.Line($"next += {member.Length("next")};");
            output.Close();
            if (member.KeepsDefault)
            {
                output.Open("else");
                output.Line("// Its default is known to the object only.");
                output.Line("return default;");
                output.Close();
            }

            output.Line();
            index = wireIndex + 1;
        }

        output.Line($"next += {Source.Reader}.SkipMembers(ref at, ref lengths, 255);");
        Fail(output, "next > left");
        Close(output, view, "next", members.Select(m => $"o{m.Index}"));
    }

    public static void Union(SourceWriter output, ViewModel view, ContractBody body, List<ViewMember> cases)
    {
        Open(output, view, body, cases.Count);
        output.Line($"var place = {Source.Reader}.CaseAt(ref at, left, out var tag);");
        Fail(output, "place > left");
        output.Open("var end = place + tag switch");
        foreach (var one in cases)
        {
            output.Line($"{body.Cases[one.Index].Tag} when left - place >= {one.Shape.MinimumSize} => {one.Length("place")},");
        }

        output.Line($"_ => {Source.Reader}.NoLength,");
        output.Close(";");
        Fail(output, "end > left");
        Close(output, view, "end", ["tag", "(int)place"]);
    }

    public static void Collection(SourceWriter output, ViewModel view, ContractBody body, ViewMember items)
    {
        Open(output, view, body, 1);
        Fail(output, $"left < {items.Shape.MinimumSize}");
        output.Line($"var end = {items.Length("0")};");
        Fail(output, "end > left");
        Close(output, view, "end", []);
    }

    private static void Open(SourceWriter output, ViewModel view, ContractBody body, int steps)
    {
        if (steps <= MaxInlined && !body.IsRecursive)
        {
            output.Line(Source.Inline);
        }

        output.Open($"internal static {view.FullName} Walk(ref byte at, long left, int depth, out long length)");
        output.Line($"length = {Source.Reader}.NoLength;");
        if (body.IsRecursive)
        {
            output.Line("depth++;");
            Fail(output, $"{Source.Reader}.IsTooDeep(depth)");
        }
    }

    private static void Close(SourceWriter output, ViewModel view, string end, IEnumerable<string> notes)
    {
        output.Line($"length = {end};");
        output.Line($"return new {view.FullName}({string.Join(", ", new[] { "ref at", "(int)length" }.Concat(notes))});");
        output.CloseMember();
    }

    private static void Fail(SourceWriter output, string condition)
    {
        output.Open($"if ({condition})");
        output.Line("return default;");
        output.CloseMember();
    }
}
