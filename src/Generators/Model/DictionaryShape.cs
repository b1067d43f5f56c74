namespace HighPerf.Generators.Model;

/// <summary>A count and pairs. Two fixed-size sides are the memory of <c>KeyValuePair</c>, padding included; else key, value.</summary>
internal sealed record DictionaryShape(string TypeName, DictionaryKind Kind, Shape Key, string KeyTypeName, Shape Value, string ValueTypeName) : Shape(TypeName)
{
    public override int MinimumSize => 4;

    /// <summary>The pair, where both sides have a fixed size.</summary>
    public FixedShape? Pair => Key is FixedShape key && Value is FixedShape value ? FixedShape.PairOf(PairTypeName, key, value) : null;

    public string PairTypeName => $"global::System.Collections.Generic.KeyValuePair<{KeyTypeName}, {ValueTypeName}>";
}
