using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Embedded;

/// <summary>Log messages of this transport: event ids 2300 to 2399.</summary>
internal static partial class EmbeddedLog
{
    [LoggerMessage(2300, LogLevel.Warning, "State whose lifetime is over could not be removed from the journal; it is tried again in a minute")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
