namespace HighPerf.Generators.Model;

/// <summary><c>Nullable&lt;T&gt;</c> of a struct with references: 1 and the struct, or 255.</summary>
internal sealed record NullableShape(string TypeName, Shape Value) : Shape(TypeName)
{
    public override int MinimumSize => 1;

    public override bool IsReference => false;
}
