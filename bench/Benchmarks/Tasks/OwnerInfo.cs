namespace HighPerf.Benchmarks.Tasks;

/// <summary>A part of <see cref="MediumEvent"/>.</summary>
[Document]
public sealed partial record OwnerInfo(int Id, string Name, string Mail);
