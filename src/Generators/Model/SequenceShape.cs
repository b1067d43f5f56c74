namespace HighPerf.Generators.Model;

/// <summary>A count and elements.</summary>
internal sealed record SequenceShape(string TypeName, SequenceKind Kind, Shape Element, string ElementTypeName) : Shape(TypeName)
{
    public override int MinimumSize => 4;

    public override bool IsReference
        => Kind is not (SequenceKind.Memory or SequenceKind.ReadOnlyMemory or SequenceKind.ArraySegment or SequenceKind.ReadOnlySequence or SequenceKind.ImmutableArray);
}
