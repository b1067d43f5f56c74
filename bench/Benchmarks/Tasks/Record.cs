namespace HighPerf.Benchmarks.Tasks;

/// <summary>A record of the large shape.</summary>
[Document]
public sealed partial record Record(int N, string Code, double Value, DateTimeOffset At, Guid Id, string? Note);
