namespace HighPerf.Generators.Model;

/// <summary>A type that the writer and the reader know themselves: <c>string</c>, <c>Uri</c>, <c>Version</c> and the like.</summary>
internal sealed record TextShape(string TypeName, TextKind Kind) : Shape(TypeName)
{
    public override int MinimumSize => Kind == TextKind.Version ? 1 : 4;
}
