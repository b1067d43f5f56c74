namespace HighPerf.Transports.Redis.Resp;

/// <summary>A command's reply did not come: the connection was lost, or there is none. Whether a command that was sent was executed is not known.</summary>
internal sealed class RedisConnectionException(Exception reason) : HighPerfException($"The connection to Redis is lost: {reason.Message}", reason);
