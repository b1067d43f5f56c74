using HighPerf.Transports.RabbitMq;

namespace HighPerf.Transports.Tests.RabbitMq;

public sealed class ConfirmTableTests
{
    private readonly RabbitMqTransport _transport = new("rabbit", "amqp://host");

    [Fact]
    public void OneManyAndTheRestAreTakenOnceEach()
    {
        var table = new ConfirmTable(1_000, 1_000_000);
        var requests = Enumerable.Range(0, 200).Select(_ => Request()).ToArray();
        Assert.All(requests, request => Assert.True(table.TryAdd(request)));
        Assert.Equal([requests[4]], Take(table, 5, multiple: false));
        Assert.Empty(Take(table, 5, multiple: false));
        Assert.Equal([.. requests[..4], .. requests[5..10]], Take(table, 10, multiple: true));
        Assert.Empty(Take(table, 3, multiple: true));
        Assert.Empty(Take(table, 1_000, multiple: true));
        Assert.Equal(requests[10..], table.Close());
        Assert.False(table.TryAdd(Request()));
    }

    [Fact]
    public void IsFullByCountAndByBytes()
    {
        var byCount = new ConfirmTable(2, 1_000_000);
        Assert.True(byCount.TryAdd(Request()));
        Assert.False(byCount.IsFull);
        Assert.True(byCount.TryAdd(Request()));
        Assert.True(byCount.IsFull);
        Take(byCount, 2, multiple: true);
        Assert.False(byCount.IsFull);
        var byBytes = new ConfirmTable(1_000, 8);
        Assert.False(byBytes.IsFull);
        Assert.True(byBytes.TryAdd(Request()));
        Assert.True(byBytes.TryAdd(Request()));
        Assert.True(byBytes.IsFull);
    }

    [Fact]
    public void AReturnedOneIsFoundByItsId()
    {
        var table = new ConfirmTable(10, 1_000);
        var (first, second) = (Request(), Request());
        table.TryAdd(first);
        table.TryAdd(second);
        table.MarkReturned(second.Id, "NO_ROUTE");
        table.MarkReturned("nobody", "NO_ROUTE");
        Assert.Null(first.Returned);
        Assert.Equal("NO_ROUTE", second.Returned);
    }

    [Theory]
    [InlineData(1, "p0.1")]
    [InlineData(2, "p0.0.1")]
    [InlineData(13, "p0.1.0.1.1")]
    public void RoutesAreBitsFromTheLowest(long units, string route) => Assert.Equal(route, RabbitMqNames.RouteOf(RabbitMqNames.High, units));

    private static List<PublishRequest> Take(ConfirmTable table, ulong number, bool multiple)
    {
        var taken = new List<PublishRequest>();
        table.Take(number, multiple, taken);
        return taken;
    }

    private PublishRequest Request()
    {
        var buffer = _transport.Rent();
        buffer.Write("abcd"u8);
        return new PublishRequest((RabbitMqQueue)_transport.GetDestination("q"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }) { Exchange = new(""), Route = new("q") };
    }
}
