using System.Collections.Immutable;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Types that are put together from parts.</summary>
[Document]
public sealed partial record Parts((int Number, string? Text) Tuple, KeyValuePair<string, int> Pair, int[,]? Matrix, Lazy<string?>? Later, Range Range, ImmutableArray<int> Numbers);
