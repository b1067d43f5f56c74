using System.Linq;

namespace HighPerf.Generators.Model;

/// <summary>Items one after the other.</summary>
internal sealed record TupleShape(string TypeName, TupleKind Kind, EquatableArray<Shape> Items) : Shape(TypeName)
{
    public override int MinimumSize => Kind == TupleKind.Object ? 1 : System.Math.Max(1, Items.Sum(i => i.MinimumSize));

    public override bool IsReference => Kind == TupleKind.Object;
}
