namespace HighPerf.Generators.Model;

/// <summary>An array of two to four dimensions.</summary>
internal sealed record MatrixShape(string TypeName, int Rank, Shape Element, string ElementTypeName) : Shape(TypeName)
{
    public override int MinimumSize => 1;
}
