using System.Text.Json.Serialization;
using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks.Codecs;

/// <summary>The shapes for System.Text.Json, source-generated.</summary>
[JsonSerializable(typeof(SmallCommand))]
[JsonSerializable(typeof(MediumEvent))]
[JsonSerializable(typeof(LargeBatch))]
internal sealed partial class ShapesJson : JsonSerializerContext;
