using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>A broker that wants a login, permits not everything, and has neither scheduler nor statistics.</summary>
public sealed class RestrictedActiveMq : IAsyncLifetime
{
    private const string Plugins = """
        <simpleAuthenticationPlugin><users><authenticationUser username="app" password="s3cret" groups="apps"/></users></simpleAuthenticationPlugin>
        <authorizationPlugin><map><authorizationMap><authorizationEntries>
          <authorizationEntry queue="hp.open.>" read="apps" write="apps" admin="apps"/>
          <authorizationEntry queue="hp.plain.>" read="apps" write="apps" admin="apps"/>
          <authorizationEntry queue="hp.undead.high" read="apps" write="apps" admin="apps"/>
          <authorizationEntry queue="hp.undead.normal" read="apps" write="apps" admin="apps"/>
          <authorizationEntry queue="hp.undead.low" read="apps" write="apps" admin="apps"/>
          <authorizationEntry queue="ActiveMQ.>" read="apps" write="apps" admin="apps"/>
          <authorizationEntry queue="hp.closed.>" read="apps" write="nobody" admin="apps"/>
          <authorizationEntry topic=">" read="apps" write="apps" admin="apps"/>
        </authorizationEntries></authorizationMap></map></authorizationPlugin>
        """;

    public ActiveMqHost Host { get; } = new(plugins: Plugins, hasScheduler: false, hasStatistics: false);

    public async Task InitializeAsync() => await Host.StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
