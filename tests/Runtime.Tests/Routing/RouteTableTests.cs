using HighPerf.Routing;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly MessageDescriptor s_order = new(MessageKind.Command, "shop.order", fingerprint: 1);
    private static readonly MessageDescriptor s_mail = new(MessageKind.Command, "shop.mail", fingerprint: 1);

    [Theory]
    [InlineData(null, null, "a/default")]
    [InlineData("other", "other", "a/default")]
    [InlineData("acme", null, "b/default")]
    [InlineData(null, "large", "a/large")]
    [InlineData("acme", "large", "b/acme-large")]
    public void A_route_may_go_by_tenant_and_label(string? tenant, string? label, string expected)
        => Assert.Equal(expected, Table().Resolve(s_order, declaredQueue: null, tenant, label).ToString());

    [Fact]
    public void A_condition_beats_a_more_specific_name_and_a_name_the_declared_queue()
    {
        var table = Table(new RouteRule(new RoutePattern("shop.order"), "a", "orders"));
        Assert.Equal("a/orders", table.Resolve(s_order, "declared").ToString());
        Assert.Equal("b/declared", table.Resolve(s_order, "declared", "acme", label: null).ToString());
        Assert.Equal("a/declared", table.Resolve(s_mail, "declared").ToString());
    }

    [Fact]
    public void Everywhere_where_a_message_may_go_is_consumed()
        => Assert.Equal(["a/default", "a/large", "b/acme-large", "b/default"], Table().ResolveAll(s_order, declaredQueue: null).Select(static d => d.ToString()).Distinct().Order());

    [Fact]
    public async Task A_call_goes_where_its_tenant_and_label_say_and_an_event_takes_its_tenant_along()
    {
        await using var app = await TestApplication.StartAsync(hp =>
        {
            hp.AddInMemory("other");
            hp.Route("*").ForTenant("acme").To("other", "acme");
            hp.Route<Add>().ForLabel("large").ToQueue("large");
        });
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2).ForTenant("acme")));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2).WithLabel("large")));
        Assert.Contains(app.Log.Entries, static entry => entry.Text.Contains("other/acme", StringComparison.Ordinal));
    }

    private static RouteTable Table(params RouteRule[] more) => new(
        [
            new RouteRule(new RoutePattern("*"), "b", Queue: null, Tenant: "acme"),
            new RouteRule(new RoutePattern("*"), "a", "large", Label: "large"),
            new RouteRule(new RoutePattern("*"), "b", "acme-large", Tenant: "acme", Label: "large"),
            .. more,
        ],
        new TransportRegistry([new InMemoryTransport("a"), new InMemoryTransport("b")]),
        "default");
}
