namespace HighPerf.Generated.Tests.Contracts;

[Document]
public sealed partial record AnyCollections(
    int[] A, List<string> B, Dictionary<int, string> C, Dictionary<byte, long> D, HashSet<int> E, decimal[] F, List<DateTimeOffset> G, int?[] H, List<List<short>> I, Dictionary<Guid, List<bool>> J,
    SortedSet<int> K, List<(int, string)> M, List<AnyTree> N);
