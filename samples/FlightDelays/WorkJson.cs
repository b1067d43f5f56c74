using System.Text.Json.Serialization;

namespace HighPerf.Samples.FlightDelays;

/// <summary>JSON of the files in the work directory.</summary>
[JsonSerializable(typeof(DaySummary))]
[JsonSerializable(typeof(InputManifest))]
internal sealed partial class WorkJson : JsonSerializerContext;
