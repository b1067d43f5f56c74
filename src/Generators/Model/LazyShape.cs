namespace HighPerf.Generators.Model;

/// <summary><c>Lazy&lt;T&gt;</c>: null, or 1 and the value.</summary>
internal sealed record LazyShape(string TypeName, Shape Value, string ValueTypeName) : Shape(TypeName)
{
    public override int MinimumSize => 1;
}
