namespace HighPerf.Generators.Model;

/// <summary>A place in a struct's memory that a plain copy does not do justice to.</summary>
/// <param name="Offset">Where.</param>
/// <param name="Kind"><see cref="FixedKind.Plain"/> for padding, which is written as zeros; else what is validated on reading.</param>
/// <param name="Size">How many bytes.</param>
internal sealed record Fixup(int Offset, FixedKind Kind, int Size);
