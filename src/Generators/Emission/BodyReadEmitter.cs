using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

/// <summary>
/// Statements that read a contract: the body of a method with the parameter reader. An exception filter notes which member was being read: that costs a store per
/// member and nothing else while the bytes are good.
/// </summary>
internal static class BodyReadEmitter
{
    /// <param name="output">Where to.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="body">The contract.</param>
    /// <param name="prefix">What the names of the methods begin with that <see cref="EmitOther"/> writes.</param>
    public static void Emit(SourceWriter output, CodecEmitter codec, ContractBody body, string prefix)
    {
        switch (body.Layout)
        {
            case BodyLayout.Whole when body.IsRecursive:
                output.Line("reader.Enter();");
                output.Line($"var value = {codec.Read(body.Whole!)};");
                Leave(output, body);
                output.Line("return value;");
                break;
            case BodyLayout.Whole:
                output.Line($"return {codec.Read(body.Whole!)};");
                break;
            case BodyLayout.Union:
                Union(output, codec, body);
                break;
            case BodyLayout.Ordinary:
                Ordinary(output, codec, body, prefix);
                break;
            case BodyLayout.VersionTolerant:
                Tolerant(output, codec, body);
                break;
            case BodyLayout.Circular:
                Circular(output, codec, body);
                break;
        }
    }

    /// <summary>The methods that read what is not as usual: what an older version of the contract wrote has the first members only.</summary>
    public static void EmitOther(SourceWriter output, CodecEmitter codec, ContractBody body, string prefix)
    {
        if (body.Layout != BodyLayout.Ordinary || body.Members.Count == 0)
        {
            return;
        }

        output.Line("// Null, what another version wrote, and what is cut short.");
        output.Open($"internal static {body.TypeName}{(body.IsValueType ? "" : "?")} {prefix}Other(ref {Source.Reader} reader)");
        Header(output, body, "var count");
        output.Line($"return {prefix}First(ref reader, count);");
        output.CloseMember();
        output.Line("// The members that are there, one by one.");
        output.Open($"internal static {body.TypeName} {prefix}First(ref {Source.Reader} reader, byte count)");
        output.Line("var member = 0;");
        output.Open("try");
        MemberListEmitter.ReadFirst(output, codec, body.Members.Select(m => (m.Shape, (string?)null)).ToList(), Unused(body));
        Build(output, body, i => $"count > {i}");
        output.Close();
        Locate(output, body.DisplayName, body.Members, "member", single: true);
        output.CloseMember();
    }

    /// <summary>The filter that names the member.</summary>
    public static void Locate(SourceWriter output, string contract, IEnumerable<MemberModel> members, string index, bool single)
    {
        var names = string.Join(",", members.Select(m => m.Name.TrimStart('@') + ":" + (m.Shape is FixedShape { Size: var size } ? size : 0)));
        output.Open($"catch ({Source.FormatException} e) when (e.Locate({Literals.Text(contract)}, {Literals.Text(names)}, {index}, reader.Position, {(single ? "true" : "false")}))");
        output.Line("throw;");
        output.Close();
    }

    private static void Ordinary(SourceWriter output, CodecEmitter codec, ContractBody body, string prefix)
    {
        var shapes = body.Members.Select(m => m.Shape).ToList();
        if (shapes.Count == 0)
        {
            Header(output, body, "_");
            Build(output, body, null);
            return;
        }

        var noted = MemberListEmitter.ReadCount(shapes) > 1;
        MemberListEmitter.TakeObject(output, shapes, $"HighPerfGenerated.{prefix}Other(ref reader)");
        Begin(output, body);
        if (noted)
        {
            output.Line("var member = 0;");
        }

        output.Open("try");
        MemberListEmitter.ReadAll(output, codec, shapes, Unused(body), noted, isTaken: true);
        Build(output, body, null);
        output.Close();
        Locate(output, body.DisplayName, body.Members, noted ? "member" : "0", single: false);
    }

    private static void Header(SourceWriter output, ContractBody body, string count)
    {
        output.Open($"if (!reader.TryReadObjectHeader({body.Members.Count}, {Literals.Text(body.DisplayName)}, out {count}))");
        output.Line(body.IsValueType ? "return default;" : "return null;");
        output.CloseMember();
        Begin(output, body);
    }

    private static void Begin(SourceWriter output, ContractBody body)
    {
        BodyWriteEmitter.Call(output, body, CallbackKind.Reading);
        if (body.IsRecursive)
        {
            output.Line("reader.Enter();");
        }
    }

    private static void Tolerant(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        output.Open($"if (!reader.TryReadMemberLengths({Literals.Text(body.DisplayName)}, out var lengths))");
        output.Line(body.IsValueType ? "return default;" : "return null;");
        output.CloseMember();
        Begin(output, body);

        if (body.Members.Count == 0)
        {
            output.Line("reader.SkipMembers(ref lengths, 255);");
            Build(output, body, null);
            return;
        }

        output.Line("var member = 0;");
        output.Open("try");
        var unused = Unused(body);
        for (var i = 0; i < body.Members.Count; i++)
        {
            var member = body.Members[i];
            if (!unused.Contains(i))
            {
                output.Line($"{member.Shape.TypeName} m{i} = {(member.Shape.IsReference ? "default!" : "default")};");
            }

            if (member.KeepsDefault)
            {
                output.Line($"var has{i} = false;");
            }
        }

        Members(output, body, (member, i) =>
        {
            output.Line($"{(unused.Contains(i) ? "_" : $"m{i}")} = {codec.Read(member.Shape)};");
            if (member.KeepsDefault)
            {
                output.Line($"has{i} = true;");
            }
        });
        Build(output, body, i => $"has{i}");
        output.Close();
        Locate(output, body.DisplayName, body.Members, "member", single: true);
    }

    private static void Circular(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        output.Open($"if (!reader.TryReadCircular<{body.TypeName}>({Literals.Text(body.DisplayName)}, out var lengths, out var id, out var known))");
        output.Line("return known;");
        output.CloseMember();
        Begin(output, body);

        output.Line("var member = 0;");
        output.Open("try");
        var required = string.Join(", ", body.IgnoredRequired.Concat(body.InitializerMembers.Select(i => body.Members[i].Name)).Select(n => $"{n} = default!"));
        output.Line(body.IgnoredRequired.Count == 0 ? $"var value = new {body.TypeName}();" : $"var value = new {body.TypeName}() {{ {required} }};");
        output.Line("reader.AddReference(id, value);");
        Members(output, body, (member, i) => output.Line($"{(body.InitializerMembers.Contains(i) ? $"value.{member.Name}" : "_")} = {codec.Read(member.Shape)};"));
        End(output, body);
        output.Close();
        Locate(output, body.DisplayName, body.Members, "member", single: true);
    }

    private static void Members(SourceWriter output, ContractBody body, System.Action<MemberModel, int> read)
    {
        var next = 0;
        for (var i = 0; i < body.Members.Count; i++)
        {
            var member = body.Members[i];
            if (member.WireIndex > next)
            {
                output.Line($"reader.SkipMembers(ref lengths, {member.WireIndex - next});");
            }

            if (i > 0)
            {
                output.Line($"member = {i};");
            }

            output.Open("if (reader.HasMember(ref lengths))");
            read(member, i);
            output.CloseMember();
            next = member.WireIndex + 1;
        }

        output.Line("reader.SkipMembers(ref lengths, 255);");
    }

    private static void Union(SourceWriter output, CodecEmitter codec, ContractBody body)
    {
        output.Open("if (!reader.TryReadUnionTag(out var tag))");
        output.Line("return null;");
        output.CloseMember();
        output.Open("switch (tag)");
        foreach (var one in body.Cases)
        {
            output.Line($"case {one.Tag}:");
            output.Line($"    return {codec.Read(one.Shape)};");
        }

        output.Line("default:");
        output.Line($"    throw new {Source.FormatException}($\"{{tag}} is no case of the union {body.DisplayName}.\", reader.Position);");
        output.Close();
    }

    /// <param name="output">Where to.</param>
    /// <param name="body">The contract.</param>
    /// <param name="isThere">The condition under which a member was read; null where all were.</param>
    private static void Build(SourceWriter output, ContractBody body, System.Func<int, string>? isThere)
    {
        var arguments = string.Join(", ", body.ConstructorMembers.Select(i => $"m{i}"));
        var later = isThere is null ? [] : body.InitializerMembers.Where(i => body.Members[i].KeepsDefault).ToList();
        var settings = body.InitializerMembers.Where(i => !later.Contains(i)).Select(i => $"{body.Members[i].Name} = m{i}")
            .Concat(body.IgnoredRequired.Select(n => $"{n} = default!")).ToList();
        var made = $"new {body.TypeName}({arguments}){(settings.Count == 0 ? "" : " { " + string.Join(", ", settings) + " }")}";
        if (later.Count == 0 && body.Callbacks.All(c => c.Kind != CallbackKind.Read))
        {
            Leave(output, body);
            output.Line($"return {made};");
            return;
        }

        output.Line($"var value = {made};");
        foreach (var i in later)
        {
            output.Open($"if ({isThere!(i)})");
            output.Line($"value.{body.Members[i].Name} = m{i};");
            output.CloseMember();
        }

        End(output, body);
    }

    private static void End(SourceWriter output, ContractBody body)
    {
        BodyWriteEmitter.Call(output, body, CallbackKind.Read);
        Leave(output, body);
        output.Line("return value;");
    }

    private static void Leave(SourceWriter output, ContractBody body)
    {
        if (body.IsRecursive)
        {
            output.Line("reader.Leave();");
        }
    }

    private static List<int> Unused(ContractBody body)
        => Enumerable.Range(0, body.Members.Count).Where(i => !body.ConstructorMembers.Contains(i) && !body.InitializerMembers.Contains(i)).ToList();
}
