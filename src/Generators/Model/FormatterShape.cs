namespace HighPerf.Generators.Model;

/// <summary>A type that a formatter of the user's reads and writes.</summary>
/// <param name="TypeName">The type.</param>
/// <param name="Formatter">The formatter.</param>
/// <param name="Nullable">Whether null is a value of the type.</param>
internal sealed record FormatterShape(string TypeName, string Formatter, bool Nullable) : Shape(TypeName)
{
    public override int MinimumSize => 1;

    public override bool IsReference => Nullable;
}
