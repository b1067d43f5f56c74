namespace HighPerf.Benchmarks.Tasks;

/// <summary>The medium shape: 234 bytes.</summary>
[Document]
public sealed partial record MediumEvent(
    Guid Id, long Seq, int Priority, bool Urgent, double Score, decimal Cost, DateTimeOffset CreatedAt, DateTime? DueAt, string Name, string Queue, OwnerInfo Owner, List<int> Tags);
