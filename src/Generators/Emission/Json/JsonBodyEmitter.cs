using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Statements that write and read a contract as JSON: bodies of methods with the parameters writer and value, and reader.</summary>
internal static class JsonBodyEmitter
{
    /// <summary>The members that the reader looks for by name; null where it looks for none.</summary>
    public static IReadOnlyList<MemberModel>? Named(ContractBody body) => body switch
    {
        { Layout: BodyLayout.Union } => null,
        { Layout: BodyLayout.Whole } => body.Whole is FixedShape { Json: JsonStruct { IsComplete: true } form } ? form.Members : null,
        _ => body.Members,
    };

    public static void Write(SourceWriter output, JsonCodecEmitter codec, ContractBody body)
    {
        if (body.Whole is FixedShape { Json: JsonStruct form })
        {
            JsonStructEmitter.Write(output, codec, body.TypeName, form);
            return;
        }

        if (body.Whole is not null)
        {
            output.Line(codec.Write(body.Whole, "value"));
            return;
        }

        if (!body.IsValueType)
        {
            output.Open("if (value is null)");
            output.Line("writer.WriteNull();");
            output.Line("return;");
            output.CloseMember();
        }

        if (body.Layout == BodyLayout.Union)
        {
            WriteUnion(output, codec, body);
            return;
        }

        if (body.Layout == BodyLayout.Circular)
        {
            output.Open("if (writer.TryWriteReference(value))");
            output.Line("return;");
            output.CloseMember();
        }

        BodyWriteEmitter.Call(output, body, CallbackKind.Writing);
        Depth(output, body, "writer.Enter();");
        output.Line("writer.StartObject();");
        JsonMembersEmitter.Write(output, codec, body.Members, "value");
        output.Line("writer.EndObject();");
        Depth(output, body, "writer.Leave();");
        BodyWriteEmitter.Call(output, body, CallbackKind.Written);
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, ContractBody body, string find)
    {
        if (body.Whole is FixedShape { Json: JsonStruct form })
        {
            JsonStructEmitter.Read(output, codec, body.TypeName, form, find);
            return;
        }

        if (body.Whole is not null)
        {
            output.Line($"return {codec.Read(body.Whole)};");
            return;
        }

        if (!body.IsValueType)
        {
            output.Open("if (reader.TryReadNull())");
            output.Line("return null;");
            output.CloseMember();
        }

        switch (body.Layout)
        {
            case BodyLayout.Union:
                ReadUnion(output, codec, body);
                break;
            case BodyLayout.Circular:
                ReadCircular(output, codec, body, find);
                break;
            default:
                ReadMembers(output, codec, body, find);
                break;
        }
    }

    private static void ReadMembers(SourceWriter output, JsonCodecEmitter codec, ContractBody body, string find)
    {
        output.Line("reader.StartObject();");
        BodyWriteEmitter.Call(output, body, CallbackKind.Reading);
        Depth(output, body, "reader.Enter();");
        JsonMembersEmitter.Read(output, codec, body.Members, Unused(body), find);

        // What keeps the value of its initializer is set only if it was there.
        var later = body.InitializerMembers.Where(i => body.Members[i].KeepsDefault).ToList();
        var settings = body.InitializerMembers.Except(later).Select(i => $"{body.Members[i].Name} = m{i}").Concat(body.IgnoredRequired.Select(n => $"{n} = default!")).ToList();
        var arguments = string.Join(", ", body.ConstructorMembers.Select(i => $"m{i}"));
        var made = $"new {body.TypeName}({arguments}){(settings.Count == 0 ? "" : " { " + string.Join(", ", settings) + " }")}";
        if (later.Count == 0 && body.Callbacks.All(c => c.Kind != CallbackKind.Read))
        {
            Depth(output, body, "reader.Leave();");
            output.Line($"return {made};");
            return;
        }

        output.Line($"var value = {made};");
        foreach (var i in later)
        {
            output.Open($"if ({JsonMembersEmitter.WasThere(i)})");
            output.Line($"value.{body.Members[i].Name} = m{i};");
            output.CloseMember();
        }

        End(output, body);
    }

    /// <summary>The object is known before its members are read: one of them may be the object.</summary>
    private static void ReadCircular(SourceWriter output, JsonCodecEmitter codec, ContractBody body, string find)
    {
        var required = string.Join(", ", body.IgnoredRequired.Concat(body.InitializerMembers.Where(i => body.Members[i].Json.IsRequired).Select(i => body.Members[i].Name)).Distinct().Select(n => $"{n} = default!"));
        output.Line("reader.StartObject();");
        output.Open($"if (reader.TryReadReference<{body.TypeName}>(out var known, out var id))");
        output.Line("return known;");
        output.CloseMember();
        BodyWriteEmitter.Call(output, body, CallbackKind.Reading);
        Depth(output, body, "reader.Enter();");
        output.Line($"var value = new {body.TypeName}(){(required.Length == 0 ? "" : " { " + required + " }")};");
        output.Line("reader.AddReference(id, value);");
        JsonMembersEmitter.ReadInto(output, codec, body.Members, Unused(body), find, i => $"value.{body.Members[i].Name}");
        End(output, body);
    }

    private static void WriteUnion(SourceWriter output, JsonCodecEmitter codec, ContractBody body)
    {
        output.Line("var type = value.GetType();");
        foreach (var one in body.Cases)
        {
            output.Open($"if (type == typeof({one.Shape.TypeName}))");
            output.Line($"writer.Discriminate({one.Tag});");
            output.Line(codec.Write(one.Shape, $"({one.Shape.TypeName})value"));
            output.Line("return;");
            output.CloseMember();
        }

        output.Line($"throw new {Source.FormatException}($\"{{type}} is no case of the union {body.DisplayName}.\");");
    }

    private static void ReadUnion(SourceWriter output, JsonCodecEmitter codec, ContractBody body)
    {
        output.Open("switch (reader.ReadDiscriminator())");
        foreach (var one in body.Cases)
        {
            output.Line($"case {one.Tag}:");
            output.Line($"    return {codec.Read(one.Shape)};");
        }

        output.Line("default:");
        output.Line($"    throw reader.Error({Literals.Text($"its $type is no case of the union {body.DisplayName}")});");
        output.Close();
    }

    private static void End(SourceWriter output, ContractBody body)
    {
        BodyWriteEmitter.Call(output, body, CallbackKind.Read);
        Depth(output, body, "reader.Leave();");
        output.Line("return value;");
    }

    private static void Depth(SourceWriter output, ContractBody body, string call)
    {
        if (body.IsRecursive)
        {
            output.Line(call);
        }
    }

    private static List<int> Unused(ContractBody body)
        => Enumerable.Range(0, body.Members.Count).Where(i => !body.ConstructorMembers.Contains(i) && !body.InitializerMembers.Contains(i)).ToList();
}
