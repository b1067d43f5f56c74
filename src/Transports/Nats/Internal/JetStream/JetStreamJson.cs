using System.Text.Json;
using System.Text.Json.Serialization;

namespace HighPerf.Transports.Nats.JetStream;

/// <summary>The JSON of JetStream's management interface.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiResponse))]
[JsonSerializable(typeof(StreamConfig))]
[JsonSerializable(typeof(StreamInfo))]
[JsonSerializable(typeof(StreamNames))]
[JsonSerializable(typeof(ConsumerInfo))]
[JsonSerializable(typeof(ConsumerList))]
[JsonSerializable(typeof(MessageResponse))]
[JsonSerializable(typeof(ConsumerCreateRequest))]
[JsonSerializable(typeof(StreamInfoRequest))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(PurgeRequest))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(MessageDeleteRequest))]
internal sealed partial class JetStreamJson : JsonSerializerContext;
