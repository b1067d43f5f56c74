using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>
/// Writes and reads members one after the other. Neighbours of fixed size are one run: one bounds check, then stores and loads at constant offsets. When writing, strings
/// belong to a run, too: there is room for the most that they can take, and what is behind them is at a variable offset.
/// </summary>
internal static class MemberListEmitter
{
    /// <summary>Statements that write the members, after an object header where there is one.</summary>
    public static void Write(SourceWriter output, CodecEmitter codec, IReadOnlyList<(Shape Shape, string Expression)> members, bool header)
    {
        var run = 0;
        for (var i = 0; i < members.Count || i == 0;)
        {
            var neighbours = members.Skip(i).TakeWhile(m => m.Shape is FixedShape || IsString(m.Shape)).ToList();
            if (i == 0 && neighbours.Count == 0 && header)
            {
                output.Line($"writer.WriteObjectHeader({members.Count});");
                if (members.Count == 0)
                {
                    return;
                }
            }
            else if (neighbours.Count > 0)
            {
                // The header is the first byte of the first run.
                WriteRun(output, codec, neighbours, run, i == 0 && header ? members.Count : null);
                i += neighbours.Count;
                run++;
                continue;
            }

            output.Line(codec.Write(members[i].Shape, members[i].Expression));
            i++;
        }
    }

    private static void WriteRun(SourceWriter output, CodecEmitter codec, List<(Shape Shape, string Expression)> members, int run, int? header)
    {
        var offset = header is null ? 0 : 1;
        var size = offset + members.Sum(m => m.Shape is FixedShape f ? f.Size : 0);
        var texts = members.Where(m => IsString(m.Shape)).Select((m, n) => (m.Expression, Variable: $"text{run}_{n}")).ToList();
        foreach (var (expression, variable) in texts)
        {
            output.Line($"var {variable} = {expression};");
        }

        output.Line(texts.Count == 0
            ? $"ref byte run{run} = ref writer.Reserve({size});"
            : $"ref byte run{run} = ref writer.Room(checked({size} + {string.Join(" + ", texts.Select(t => $"{Source.Writer}.BoundOf({t.Variable})"))}));");
        if (header is not null)
        {
            output.Line($"run{run} = {header};");
        }

        // Where the last string ended, from which the offset counts.
        var end = "";
        var text = 0;
        foreach (var (shape, expression) in members)
        {
            var at = end.Length == 0 ? $"{offset}" : offset == 0 ? end : $"{end} + {offset}";
            if (shape is FixedShape one)
            {
                output.Line(codec.Store(one, $"run{run}", at, expression));
                offset += one.Size;
                continue;
            }

            output.Line($"{(end.Length == 0 ? "var " : "")}end{run} = {Source.Writer}.StoreString(ref run{run}, {at}, {texts[text++].Variable});");
            end = $"end{run}";
            offset = 0;
        }

        if (texts.Count > 0)
        {
            output.Line($"writer.Take({(offset == 0 ? end : $"{end} + {offset}")});");
        }
    }

    private static bool IsString(Shape shape) => shape is TextShape { Kind: TextKind.String or TextKind.InternedString };

    /// <summary>Statements that take an object's header and the run of fixed-size members behind it; <see cref="ReadAll"/> goes on from there.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="members">The shapes, at least one.</param>
    /// <param name="other">Reads an object that is null, of another version, or cut short.</param>
    public static void TakeObject(SourceWriter output, IReadOnlyList<Shape> members, string other)
    {
        output.Line($"ref byte run0 = ref reader.TakeObject({members.Count}, {members.TakeWhile(m => m is FixedShape).Cast<FixedShape>().Sum(m => m.Size)});");
        output.Open($"if ({Source.Unsafe}.IsNullRef(ref run0))");
        output.Line($"return {other};");
        output.CloseMember();
    }

    /// <summary>Statements that read every member into the variables m0, m1, …</summary>
    /// <param name="output">Where to.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="members">Their shapes.</param>
    /// <param name="unused">Members that are read past: nothing takes their value.</param>
    /// <param name="noted">The variable member says which member, or run of members, is being read.</param>
    /// <param name="isTaken">The run of fixed-size members in front was taken, with the header, by <see cref="TakeObject"/>.</param>
    public static void ReadAll(SourceWriter output, CodecEmitter codec, IReadOnlyList<Shape> members, ICollection<int> unused, bool noted, bool isTaken)
    {
        var run = 0;
        for (var i = 0; i < members.Count;)
        {
            if (noted && i > 0)
            {
                output.Line($"member = {i};");
            }

            var fixedMembers = members.Skip(i).TakeWhile(m => m is FixedShape).Cast<FixedShape>().ToList();
            if (fixedMembers.Count == 0)
            {
                output.Line($"{Variable(i, unused)} = {codec.Read(members[i])};");
                i++;
                continue;
            }

            if (i > 0 || !isTaken)
            {
                output.Line($"ref byte run{++run} = ref reader.Take({fixedMembers.Sum(m => m.Size)});");
            }

            var offset = 0;
            foreach (var member in fixedMembers)
            {
                output.Line($"{Variable(i, unused)} = {codec.Load(member, $"run{run}", $"{offset}")};");
                offset += member.Size;
                i++;
            }
        }
    }

    /// <summary>Statements that read the first <c>count</c> members; the others keep their defaults.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="members">Their shapes and the values of those that are not there.</param>
    /// <param name="unused">Members that are read past: nothing takes their value.</param>
    public static void ReadFirst(SourceWriter output, CodecEmitter codec, IReadOnlyList<(Shape Shape, string? Default)> members, ICollection<int> unused)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (unused.Contains(i))
            {
                continue;
            }

            var type = members[i].Shape.TypeName;
            output.Line($"{type} m{i} = {Default(members[i].Shape, members[i].Default)};");
        }

        // All of them are there when the bytes are cut short: the one that is not whole is named.
        for (var i = 0; i < members.Count; i++)
        {
            output.Open($"if (count > {i})");
            if (i > 0)
            {
                output.Line($"member = {i};");
            }

            output.Line($"{(unused.Contains(i) ? "_" : $"m{i}")} = {codec.Read(members[i].Shape)};");
            output.CloseMember();
        }
    }

    /// <summary>Reads that members take: one for neighbours of fixed size, one for each of the others.</summary>
    public static int ReadCount(IReadOnlyList<Shape> members)
        => members.Where((m, i) => m is not FixedShape || i == 0 || members[i - 1] is not FixedShape).Count();

    private static string Default(Shape shape, string? given)
        => given is not null and not "default" and not "default!" ? given : shape.IsReference ? "default!" : "default";

    private static string Variable(int index, ICollection<int> unused) => unused.Contains(index) ? "_" : $"var m{index}";
}
