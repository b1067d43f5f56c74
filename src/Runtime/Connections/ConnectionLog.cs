using Microsoft.Extensions.Logging;

namespace HighPerf.Connections;

/// <summary>Log messages of this room (event ids: <see cref="EventIds"/>).</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(EventIds.Connections + 0, LogLevel.Information, "{Connection} is connected to {Host} (connection {Epoch})")]
    public static partial void Connected(ILogger logger, string connection, HostAddress host, int epoch);

    [LoggerMessage(EventIds.Connections + 1, LogLevel.Warning, "{Connection} lost connection {Epoch}: {Reason}")]
    public static partial void Lost(ILogger logger, string connection, int epoch, string reason);

    [LoggerMessage(EventIds.Connections + 2, LogLevel.Warning, "{Connection} could not connect ({Attempt}): {Reason}; again in {Delay}")]
    public static partial void ConnectFailed(ILogger logger, string connection, int attempt, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.Connections + 3, LogLevel.Warning, "{Connection} takes any certificate (AllowUntrustedPeer): whoever is on the way can read and change everything")]
    public static partial void Untrusted(ILogger logger, string connection);

    [LoggerMessage(EventIds.Connections + 4, LogLevel.Error, "{Connection}: its protocol failed in {Member}")]
    public static partial void ProtocolFailed(ILogger logger, string connection, string member, Exception exception);
}
