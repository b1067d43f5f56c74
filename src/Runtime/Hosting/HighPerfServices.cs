using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>What is there when brokers, sources and sinks are created.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Loggers">Makes loggers.</param>
/// <param name="Provider">The application's services.</param>
public sealed record HighPerfServices(TimeProvider Clock, ILoggerFactory Loggers, IServiceProvider Provider)
{
    internal BufferPool Pool { get; init; } = BufferPool.Shared;
}
