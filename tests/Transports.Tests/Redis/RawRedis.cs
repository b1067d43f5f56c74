using HighPerf.Connections;
using HighPerf.TestKit.Brokers;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>A client for commands of a test's own.</summary>
internal static class RawRedis
{
    public static RespClient Client(RedisHost host)
    {
        var options = new ConnectionOptions { Hosts = [new HostAddress(host.Host, host.Port)] };
        var client = new RespClient("test", options, new RespLogin(null, null, 0, "test") { RequireMaster = false }, NullLogger.Instance, TimeProvider.System);
        client.Connection.Start();
        return client;
    }
}
