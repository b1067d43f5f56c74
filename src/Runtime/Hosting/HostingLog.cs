using Microsoft.Extensions.Logging;

namespace HighPerf.Hosting;

/// <summary>Log messages of this room (event ids: <see cref="EventIds"/>).</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventIds.Hosting + 0, LogLevel.Information, "{Text}")]
    public static partial void Signal(ILogger logger, string text);
}
