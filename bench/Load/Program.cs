using System.Globalization;
using HighPerf.Load;
using HighPerf.Transports;

// Throughput of transports against real brokers, beside a raw loop of the same commands in the same run: on a shared machine only such ratios mean something.
//   redis|nats [host:port] [messages]
const string Usage = "Usage: redis|nats [host:port] [messages]";
if (args is not [var kind, .. var rest] || kind is not ("redis" or "nats"))
{
    Console.Error.WriteLine(Usage);
    return 64;
}

var address = rest.Length > 0 ? rest[0] : kind == "redis" ? "127.0.0.1:6379" : "127.0.0.1:4222";
var messages = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 100_000;
if (address.Split(':') is not [var host, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
{
    Console.Error.WriteLine($"'{address}' is not host:port. {Usage}");
    return 64;
}

await using Transport transport = kind == "redis" ? new RedisTransport("redis", $"redis://{address}") : new NatsTransport("nats", $"nats://{address}");
using RawLoop raw = kind == "redis" ? new RawRedis(host, port) : new RawNats(host, port);
await TransportLoad.RunAsync(transport, raw, messages);
return 0;
