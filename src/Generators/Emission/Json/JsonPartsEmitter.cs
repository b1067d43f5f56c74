using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for what is put together from parts: tuples (<c>item1</c>, <c>item2</c>, …), pairs (<c>key</c>, <c>value</c>), lazy values (<c>value</c>), groupings (<c>key</c>, <c>elements</c>).</summary>
internal static class JsonPartsEmitter
{
    public static IReadOnlyList<MemberModel> Parts(Shape shape) => shape switch
    {
        LazyShape lazy => [Part("Value", "value", lazy.Value)],
        GroupShape group => [Part("Key", "key", group.Key), Part("", "elements", group.Elements)],
        TupleShape { Kind: TupleKind.Pair } pair => Pair(pair.Items[0], pair.Items[1]),
        TupleShape tuple => Items(tuple.Items),
        FixedShape { Kind: FixedKind.Pair } pair => Pair(pair.Parts[0], pair.Parts[1]),
        FixedShape tuple => Items(tuple.Parts),
        _ => throw new InvalidOperationException(shape.GetType().Name),
    };

    public static void Write(SourceWriter output, JsonCodecEmitter codec, Shape shape)
    {
        if (shape.IsReference)
        {
            output.Open("if (value is null)");
            output.Line("writer.WriteNull();");
            output.Line("return;");
            output.CloseMember();
        }

        output.Line("writer.StartObject();");
        JsonMembersEmitter.Write(output, codec, Parts(shape), "value");
        output.Line("writer.EndObject();");
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, Shape shape, string find)
    {
        if (shape.IsReference)
        {
            output.Open("if (reader.TryReadNull())");
            output.Line("return null;");
            output.CloseMember();
        }

        var parts = Parts(shape);
        output.Line("reader.StartObject();");
        JsonMembersEmitter.Read(output, codec, parts, [], find);
        var items = string.Join(", ", parts.Select((_, i) => $"m{i}"));
        output.Line(shape switch
        {
            GroupShape group => $"return new global::HighPerf.MessageGrouping<{group.KeyTypeName}, {group.Elements.ElementTypeName}>(m0, m1 ?? []);",
            TupleShape { Kind: TupleKind.Value, Items.Count: > 1 } or FixedShape { Kind: FixedKind.Tuple, Parts.Count: > 1 } => $"return ({items});",
            _ => $"return new {shape.TypeName}({items});",
        });
    }

    private static MemberModel Part(string name, string json, Shape shape) => new(name, shape) { Json = JsonMember.Part(json) };

    private static IReadOnlyList<MemberModel> Pair(Shape key, Shape value) => [Part("Key", "key", key), Part("Value", "value", value)];

    private static IReadOnlyList<MemberModel> Items(IEnumerable<Shape> items) => [.. items.Select((s, i) => Part($"Item{i + 1}", $"item{i + 1}", s))];
}
