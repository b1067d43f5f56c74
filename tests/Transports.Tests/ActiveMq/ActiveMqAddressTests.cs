using HighPerf.Transports.ActiveMq;

namespace HighPerf.Transports.Tests.ActiveMq;

public sealed class ActiveMqAddressTests
{
    [Theory]
    [InlineData("stomp://host", "stomp://host:61613", null, null)]
    [InlineData("stomp://app:s3cret@a:1,b:2", "stomp://a:1,b:2", "app", "s3cret")]
    [InlineData("stomp://app:p%40s%3As@[::1]:7", "stomp://[::1]:7", "app", "p@s:s")]
    [InlineData("stomp+ssl://host/", "stomp+ssl://host:61614", null, null)]
    public void Addresses_are_read_and_shown_without_their_login(string text, string shown, string? user, string? password)
    {
        var address = ActiveMqAddress.Parse(text);
        Assert.Equal(shown, address.ToString());
        Assert.Equal((user, password), (address.User, address.Password));
    }

    [Theory]
    [InlineData("tcp://app:s3cret@host")]
    [InlineData("stomp://s3cret@host")]
    [InlineData("stomp://app:s3cret@")]
    [InlineData("stomp://app:s3cret%0A@host")]
    [InlineData("stomp://app:s3cret@host:99999")]
    public void What_is_no_address_is_refused_without_repeating_it(string text)
        => Assert.DoesNotContain("s3cret", Assert.Throws<ArgumentException>(() => ActiveMqAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("orders", "hp.orders.normal")]
    [InlineData("a,b*>?", "hp.a%2Cb%2A%3E%3F.normal")]
    [InlineData("ä b", "hp.%C3%A4%20b.normal")]
    public void Names_mean_nothing_to_the_broker(string queue, string name)
    {
        var names = new ActiveMqNames("hp.", queue);
        Assert.Equal(name, names.PhysicalClasses[(int)MessagePriority.Normal]);
        Assert.Equal(1, names.ClassOf("/queue/" + name));
        Assert.Equal(1, names.ClassOf("queue://" + name));
        Assert.Equal(-1, names.ClassOf("/queue/x." + name));
    }
}
