using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for dictionaries: an object where the keys are strings, else an array of pairs.</summary>
internal static class JsonDictionaryEmitter
{
    private const string Generic = "global::System.Collections.Generic.";
    private const string Immutable = "global::System.Collections.Immutable.";

    public static void Write(SourceWriter output, JsonCodecEmitter codec, DictionaryShape shape)
    {
        output.Open("if (value is null)");
        output.Line("writer.WriteNull();");
        output.Line("return;");
        output.CloseMember();
        var items = shape.Kind == DictionaryKind.Custom ? $"({Generic}ICollection<{shape.PairTypeName}>)value" : "value";
        if (IsObject(shape))
        {
            WriteObject(output, codec, shape, items);
        }
        else
        {
            WritePairs(output, codec, shape, items);
        }
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, DictionaryShape shape)
    {
        output.Open("if (reader.TryReadNull())");
        output.Line("return null;");
        output.CloseMember();
        if (IsObject(shape))
        {
            ReadObject(output, codec, shape);
        }
        else
        {
            ReadPairs(output, codec, shape);
        }
    }

    private static bool IsObject(DictionaryShape shape) => shape.Key is TextShape { Kind: TextKind.String };

    private static void WriteObject(SourceWriter output, JsonCodecEmitter codec, DictionaryShape shape, string items)
    {
        output.Line("writer.StartObject();");
        output.Open($"foreach (var pair in {items})");
        output.Line("writer.Name(pair.Key);");
        output.Line(codec.Write(shape.Value, "pair.Value"));
        output.CloseMember();
        output.Line("writer.EndObject();");
    }

    private static void WritePairs(SourceWriter output, JsonCodecEmitter codec, DictionaryShape shape, string items)
    {
        output.Line("writer.StartArray();");
        output.Open($"foreach (var pair in {items})");
        output.Line("writer.StartArray();");
        output.Line(codec.Write(shape.Key, "pair.Key"));
        output.Line(codec.Write(shape.Value, "pair.Value"));
        output.Line("writer.EndArray();");
        output.CloseMember();
        output.Line("writer.EndArray();");
    }

    private static void ReadObject(SourceWriter output, JsonCodecEmitter codec, DictionaryShape shape)
    {
        output.Line("reader.StartObject();");
        output.Line($"var items = {New(shape)};");
        output.Open("while (reader.NextKey(out var key))");
        output.Line($"var item = {codec.Read(shape.Value)};");
        Add(output, $"if (!{Added(shape)})");
        output.CloseMember();
        output.Line($"return {Result(shape)};");
    }

    private static void ReadPairs(SourceWriter output, JsonCodecEmitter codec, DictionaryShape shape)
    {
        output.Line("var asObject = reader.StartPairs();");
        output.Line($"var items = {New(shape)};");
        output.Open("while (reader.NextPair(asObject))");
        output.Line($"var key = {codec.Read(shape.Key)};");
        output.Line("reader.PairValue(asObject);");
        output.Line($"var item = {codec.Read(shape.Value)};");
        output.Line("reader.EndPair(asObject);");
        Add(output, shape.Key.IsReference ? $"if (key is null || !{Added(shape)})" : $"if (!{Added(shape)})");
        output.CloseMember();
        output.Line($"return {Result(shape)};");
    }

    private static void Add(SourceWriter output, string condition)
    {
        output.Open(condition);
        output.Line("throw reader.DuplicateKey();");
        output.Close();
    }

    private static string Added(DictionaryShape shape) => shape.Kind switch
    {
        DictionaryKind.Sorted or DictionaryKind.SortedList or DictionaryKind.Immutable or DictionaryKind.ImmutableSorted or DictionaryKind.Custom
            => $"{Generic}CollectionExtensions.TryAdd(({Generic}IDictionary<{shape.KeyTypeName}, {shape.ValueTypeName}>)items, key, item)",
        _ => "items.TryAdd(key, item)",
    };

    private static string New(DictionaryShape shape)
    {
        var arguments = $"<{shape.KeyTypeName}, {shape.ValueTypeName}>";
        return shape.Kind switch
        {
            DictionaryKind.Dictionary or DictionaryKind.ReadOnly or DictionaryKind.Frozen => $"new {Generic}Dictionary{arguments}()",
            DictionaryKind.IgnoreCase => $"new {Generic}Dictionary{arguments}(global::System.StringComparer.OrdinalIgnoreCase)",
            DictionaryKind.Sorted or DictionaryKind.SortedList => $"new {Generic}SortedDictionary{arguments}()",
            DictionaryKind.Immutable => $"{Immutable}ImmutableDictionary.CreateBuilder{arguments}()",
            DictionaryKind.ImmutableSorted => $"{Immutable}ImmutableSortedDictionary.CreateBuilder{arguments}()",
            DictionaryKind.Concurrent or DictionaryKind.Custom => $"new {shape.TypeName}()",
            _ => throw new System.InvalidOperationException($"The JSON of {shape.Kind} '{shape.TypeName}' is not written yet."),
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
