namespace HighPerf.Benchmarks.Tasks;

/// <summary>The small shape: 77 bytes.</summary>
[Document]
public sealed partial record SmallCommand(Guid Id, int Kind, decimal Amount, DateTimeOffset At, string Name);
