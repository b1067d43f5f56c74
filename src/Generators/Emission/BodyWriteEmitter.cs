using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Statements that write a contract: the body of a method with the parameters writer and value.</summary>
internal static class BodyWriteEmitter
{
    public static void Emit(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        if (body.Layout == BodyLayout.Whole)
        {
            if (body.IsRecursive)
            {
                output.Line("writer.Enter();");
            }

            output.Line(codec.Write(body.Whole!, "value"));
            if (body.IsRecursive)
            {
                output.Line("writer.Leave();");
            }

            return;
        }

        if (!body.IsValueType)
        {
            output.Open("if (value is null)");
            output.Line("writer.WriteNullObject();");
            output.Line("return;");
            output.CloseMember();
        }

        if (body.Layout == BodyLayout.Union)
        {
            Union(output, codec, body);
            return;
        }

        if (body.Layout == BodyLayout.Circular)
        {
            output.Open("if (writer.TryWriteReference(value, out var id))");
            output.Line("return;");
            output.CloseMember();
        }

        Call(output, body, CallbackKind.Writing);
        if (body.IsRecursive)
        {
            output.Line("writer.Enter();");
        }

        if (body.Layout == BodyLayout.Ordinary)
        {
            MemberListEmitter.Write(output, codec, body.Members.Select(m => (m.Shape, $"value.{m.Name}")).ToList(), header: true);
        }
        else if (body.Layout == BodyLayout.VersionTolerant && body.Members.All(IsShort))
        {
            Fixed(output, codec, body);
        }
        else
        {
            Frames(output, codec, body);
        }

        if (body.IsRecursive)
        {
            output.Line("writer.Leave();");
        }

        Call(output, body, CallbackKind.Written);
    }

    public static void Call(SourceWriter output, ContractBody body, CallbackKind kind)
    {
        foreach (var callback in body.Callbacks.Where(c => c.Kind == kind))
        {
            output.Line($"{(callback.IsStatic ? body.TypeName : "value")}.{callback.Method}();");
        }
    }

    private static void Union(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        output.Line("var type = value.GetType();");
        foreach (var one in body.Cases)
        {
            output.Open($"if (type == typeof({one.Shape.TypeName}))");
            output.Line($"writer.WriteUnionTag({one.Tag});");
            output.Line(codec.Write(one.Shape, $"({one.Shape.TypeName})value"));
            output.Line("return;");
            output.CloseMember();
        }

        output.Line($"throw new {Source.FormatException}($\"{{type}} is no case of the union {body.DisplayName}.\");");
    }

    /// <summary>All lengths are known: they are constants before one run.</summary>
    private static void Fixed(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        var lengths = new byte[body.WireCount];
        foreach (var member in body.Members)
        {
            lengths[member.WireIndex] = (byte)((FixedShape)member.Shape).Size;
        }

        var offset = 1 + lengths.Length;
        output.Line($"ref byte run = ref writer.Reserve({offset + lengths.Sum(l => l)});");
        output.Line($"run = {lengths.Length};");
        for (var i = 0; i < lengths.Length;)
        {
            var (size, type) = lengths.Length - i >= 8 ? (8, "UL") : lengths.Length - i >= 4 ? (4, "U") : (1, "");
            var value = lengths.Skip(i).Take(size).Select((l, n) => (ulong)l << (8 * n)).Aggregate(0UL, (a, b) => a | b);
            output.Line($"{Source.Writer}.Store(ref run, {1 + i}, {(size == 1 ? $"(byte){value}" : value + type)});");
            i += size;
        }

        foreach (var member in body.Members)
        {
            output.Line(codec.Store((FixedShape)member.Shape, "run", $"{offset}", $"value.{member.Name}"));
            offset += ((FixedShape)member.Shape).Size;
        }
    }

    private static void Frames(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        output.Line($"var frame = writer.BeginMembers({body.WireCount});");
        if (body.Layout == BodyLayout.Circular)
        {
            output.Line("writer.WriteReferenceId(ref frame, id);");
        }

        var run = 0;
        var next = 0;
        for (var i = 0; i < body.Members.Count;)
        {
            var member = body.Members[i];
            if (member.WireIndex > next)
            {
                output.Line($"{Source.Writer}.SkipMembers(ref frame, {member.WireIndex - next});");
                next = member.WireIndex;
            }

            var neighbours = Neighbours(body, i);
            if (neighbours.Count == 0)
            {
                output.Line(codec.Write(member.Shape, $"value.{member.Name}"));
                output.Line("writer.EndMember(ref frame);");
                i++;
                next++;
                continue;
            }

            output.Line($"ref byte run{run} = ref writer.Reserve({neighbours.Sum(m => ((FixedShape)m.Shape).Size)});");
            var offset = 0;
            foreach (var one in neighbours)
            {
                output.Line(codec.Store((FixedShape)one.Shape, $"run{run}", $"{offset}", $"value.{one.Name}"));
                offset += ((FixedShape)one.Shape).Size;
            }

            output.Line($"writer.EndRun(ref frame, [{string.Join(", ", neighbours.Select(m => ((FixedShape)m.Shape).Size))}]);");
            i += neighbours.Count;
            next += neighbours.Count;
            run++;
        }

        output.Line("writer.EndMembers();");
    }

    /// <summary>Members from an index on that have fixed sizes and no gap between them.</summary>
    private static List<MemberModel> Neighbours(ContractBody body, int from)
        => body.Members.Skip(from).TakeWhile((m, i) => IsShort(m) && m.WireIndex == body.Members[from].WireIndex + i).ToList();

    private static bool IsShort(MemberModel member) => member.Shape is FixedShape { Size: < 128 };
}
