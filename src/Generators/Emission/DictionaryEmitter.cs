using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers for dictionaries.</summary>
internal static class DictionaryEmitter
{
    private const string Generic = "global::System.Collections.Generic.";
    private const string Immutable = "global::System.Collections.Immutable.";

    public static void Write(SourceWriter output, CodecEmitter codec, DictionaryShape shape)
    {
        output.Open("if (value is null)");
        output.Line("writer.WriteCollectionHeader(-1);");
        output.Line("return;");
        output.CloseMember();
        var items = "value";
        if (shape.Kind == DictionaryKind.Concurrent)
        {
            // Others may add meanwhile: the count and the pairs are of one moment.
            output.Line("var items = value.ToArray();");
            output.Line("writer.WriteCollectionHeader(items.Length);");
            items = "items";
        }
        else if (shape.Kind == DictionaryKind.Custom)
        {
            items = $"({Generic}ICollection<{shape.PairTypeName}>)value";
            output.Line($"writer.WriteCollectionHeader(({items}).Count);");
        }
        else
        {
            output.Line("writer.WriteCollectionHeader(value.Count);");
        }

        output.Open($"foreach (var pair in {items})");
        if (shape is { Key: FixedShape key, Value: FixedShape value, Pair: { } pair })
        {
            output.Line($"ref byte run = ref writer.Reserve({pair.Size});");
            output.Line(codec.Store(key, "run", "0", "pair.Key"));
            FixedEmitter.Zero(output, "run", "0", key.Size, pair.SecondOffset - key.Size);
            output.Line(codec.Store(value, "run", $"{pair.SecondOffset}", "pair.Value"));
            FixedEmitter.Zero(output, "run", "0", pair.SecondOffset + value.Size, pair.Size - pair.SecondOffset - value.Size);
        }
        else
        {
            output.Line(codec.Write(shape.Key, "pair.Key"));
            output.Line(codec.Write(shape.Value, "pair.Value"));
        }

        output.Close();
    }

    public static void Read(SourceWriter output, CodecEmitter codec, DictionaryShape shape)
    {
        output.Line($"var count = reader.ReadCollectionHeader({shape.Pair?.Size ?? shape.Key.MinimumSize + shape.Value.MinimumSize});");
        output.Open("if (count < 0)");
        output.Line("return null;");
        output.CloseMember();
        output.Line($"var items = {New(shape)};");
        SequenceReadEmitter.Loop(output, shape.Key.MinimumSize + shape.Value.MinimumSize, shape.Key, shape.Value);
        if (shape is { Key: FixedShape key, Value: FixedShape value, Pair: { } pair })
        {
            output.Line($"ref byte run = ref reader.Take({pair.Size});");
            output.Line($"var key = {codec.Load(key, "run", "0")};");
            output.Line($"var item = {codec.Load(value, "run", $"{pair.SecondOffset}")};");
        }
        else
        {
            output.Line($"var key = {codec.Read(shape.Key)};");
            output.Line($"var item = {codec.Read(shape.Value)};");
        }

        var add = shape.Kind switch
        {
            DictionaryKind.Sorted or DictionaryKind.SortedList or DictionaryKind.Immutable or DictionaryKind.ImmutableSorted or DictionaryKind.Custom
                => $"{Generic}CollectionExtensions.TryAdd(({Generic}IDictionary<{shape.KeyTypeName}, {shape.ValueTypeName}>)items, key, item)",
            _ => "items.TryAdd(key, item)",
        };
        output.Open(shape.Key.IsReference ? $"if (key is null || !{add})" : $"if (!{add})");
        output.Line($"throw new {Source.FormatException}(\"A dictionary has a key twice, or a null key.\", reader.Position);");
        output.Close();
        output.CloseMember();
        output.Line($"return {Result(shape)};");
    }

    private static string New(DictionaryShape shape)
    {
        var arguments = $"<{shape.KeyTypeName}, {shape.ValueTypeName}>";
        var ahead = $"reader.Ahead<{shape.PairTypeName}>(count)";
        return shape.Kind switch
        {
            DictionaryKind.IgnoreCase => $"new {Generic}Dictionary{arguments}({ahead}, global::System.StringComparer.OrdinalIgnoreCase)",
            DictionaryKind.Sorted or DictionaryKind.SortedList => $"new {Generic}SortedDictionary{arguments}()",
            DictionaryKind.Concurrent => $"new {shape.TypeName}()",
            DictionaryKind.Immutable => $"{Immutable}ImmutableDictionary.CreateBuilder{arguments}()",
            DictionaryKind.ImmutableSorted => $"{Immutable}ImmutableSortedDictionary.CreateBuilder{arguments}()",
            DictionaryKind.Custom => $"new {shape.TypeName}()",
            _ => $"new {Generic}Dictionary{arguments}({ahead})",
        };
    }

    private static string Result(DictionaryShape shape) => shape.Kind switch
    {
        // A sorted list that is filled out of order moves its elements each time.
        DictionaryKind.SortedList or DictionaryKind.ReadOnly => $"new {shape.TypeName}(items)",
        DictionaryKind.Immutable or DictionaryKind.ImmutableSorted => "items.ToImmutable()",
        DictionaryKind.Frozen => "global::System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(items)",
        _ => "items",
    };
}
