using System.Text;
using HighPerf.Data;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>Results, on a real server.</summary>
public sealed class RedisResultTests
{
    [Fact]
    public async Task The_first_result_of_an_id_stays()
    {
        await using var host = new RedisHost("--loglevel", "warning");
        await host.StartAsync();
        await using var results = new RedisResultStore("results", host.Address);
        await results.StartAsync(default);
        var id = MessageId.New();
        await results.WriteAsync(new SinkRecord(id, "task", "first"u8.ToArray()), default);
        await results.WriteAsync(new SinkRecord(id, "task", "second"u8.ToArray()), default);
        Assert.Equal("first", Encoding.UTF8.GetString((await results.FindAsync(id, default))!.Value.Span));
        Assert.Null(await results.FindAsync(MessageId.New(), default));
    }
}
