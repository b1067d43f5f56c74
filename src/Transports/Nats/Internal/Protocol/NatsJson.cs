using System.Text.Json;
using System.Text.Json.Serialization;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>The JSON of the core protocol.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(ConnectCommand))]
internal sealed partial class NatsJson : JsonSerializerContext;
