using HighPerf.Transports.RabbitMq;

namespace HighPerf.Transports.Tests.RabbitMq;

public sealed class RabbitMqAddressTests
{
    [Theory]
    [InlineData("amqp://host", "amqp://host:5672/")]
    [InlineData("amqps://host", "amqps://host:5671/")]
    [InlineData("amqp://user:p%40ss@a:1,b:2/orders", "amqp://a:1,b:2/orders")]
    [InlineData("amqp://user:p/ss@a/v", "amqp://a:5672/v")]
    [InlineData("amqp://[::1]:5673/a%2Fb", "amqp://[::1]:5673/a%2Fb")]
    public void IsPrintedWithoutItsLogin(string text, string printed) => Assert.Equal(printed, RabbitMqAddress.Parse(text).ToString());

    [Theory]
    [InlineData("redis://secret@host")]
    [InlineData("amqp://secret@host")]
    [InlineData("amqp://user:secret@")]
    [InlineData("amqp://user:secret@host/a/b")]
    [InlineData("amqp://user:secret@host?x=1")]
    [InlineData("amqp://user:secret@host:70000")]
    public void WrongOnesAreNotRepeated(string text)
        => Assert.DoesNotContain("secret", Assert.Throws<ArgumentException>(() => RabbitMqAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void PartsAreUnescaped()
    {
        var address = RabbitMqAddress.Parse("amqp://u%3Aser:p%40ss@host/%2Fv");
        Assert.Equal(("u:ser", "p@ss", "/v"), (address.User, address.Password, address.VirtualHost));
    }

    [Fact]
    public async Task NobodyThereEndsTheStartWithoutTheSecret()
    {
        await using var transport = new RabbitMqTransport("rabbit", "amqp://user:secret@127.0.0.1:1", new RabbitMqTransportOptions { StartTimeout = TimeSpan.FromSeconds(1) });
        var exception = await Assert.ThrowsAsync<HighPerfException>(() => transport.StartAsync(CancellationToken.None).AsTask());
        Assert.Contains("amqp://127.0.0.1:1/", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }
}
