using System.Text.Json.Serialization;

namespace HighPerf.Load;

/// <summary>What one operation gave.</summary>
/// <param name="Transport">The transport.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Payload">Bytes of a body.</param>
/// <param name="Concurrency">Messages that were out at a time; of depth, messages that were queued.</param>
/// <param name="Rate">Messages a second.</param>
/// <param name="RawRate">Those of the raw loop; of call, those that were asked for; of depth, those with 1,000 queued.</param>
/// <param name="Ratio">The middle of the rounds' ratios.</param>
/// <param name="AllocatedBytesPerMessage">What this process allocated for a message, the client of the transport included.</param>
/// <param name="P50Us">Microseconds of the middle call, from when it should have been sent; null where no call was timed.</param>
/// <param name="P99Us">Of a hundred calls the second slowest.</param>
/// <param name="CpuSecondsPerMillion">Processor time of this process for a million messages.</param>
internal sealed record LoadRow(
    string Transport, string Operation, int Payload, int Concurrency, double Rate, double RawRate, double Ratio, double AllocatedBytesPerMessage, double? P50Us, double? P99Us, double CpuSecondsPerMillion);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<LoadRow>))]
internal sealed partial class LoadJson : JsonSerializerContext;
