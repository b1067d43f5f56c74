namespace HighPerf.Generated.Tests.Contracts;

[Document]
public sealed partial record AnyValues(
    bool A, byte B, short C, int D, long E, char F, float G, double H, decimal I, Guid J, DateTime K, DateTimeOffset L, TimeSpan M, DayOfWeek N, int? O, decimal? P, DateTimeOffset? Q,
    (int X, byte Y) R, KeyValuePair<byte, long> S, ulong T, string U, (string X, double Y) V, Tuple<int, string> W);
