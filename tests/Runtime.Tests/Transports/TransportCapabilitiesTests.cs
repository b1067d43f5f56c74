using HighPerf.Tests.Hosting;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.Tests.Transports;

/// <summary>Capabilities are data that is complete, and what an application asks for is compared with them when it starts.</summary>
public sealed class TransportCapabilitiesTests
{
    [Fact]
    public void AMissingAnswerIsNamed()
    {
        var exception = Assert.Throws<ArgumentException>(static () => new TransportCapabilities(1, (TransportFeature.Delay, TransportSupport.Native("any"))));
        Assert.Contains("Priority is not answered", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>(static () => new TransportCapabilities(1, (TransportFeature.Delay, TransportSupport.Native("any")), (TransportFeature.Delay, TransportSupport.Native("all"))));
        Assert.Contains("Delay is answered twice", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskingForMoreDurabilityThanIsThereRefusesToStartWithTheTable()
    {
        await using var app = TestApplication.Create(static hp => hp.Require("memory", DurabilityLevel.Host));
        var exception = await Assert.ThrowsAsync<HighPerfConfigurationException>(() => app.Application.StartAsync().AsTask());
        Assert.Contains("Broker 'memory' (in-memory): accepted messages have to survive a failed host and survive nothing", exception.Message, StringComparison.Ordinal);
        Assert.Contains("deduplication   impossible  ids are not remembered", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskingForAFeatureThatIsNotThereRefusesToStart()
    {
        await using var app = TestApplication.Create(static hp => hp.Require("MEMORY", TransportFeature.Deduplication).Require("memory", TransportFeature.Delay, SupportLevel.Native));
        var exception = await Assert.ThrowsAsync<HighPerfConfigurationException>(() => app.Application.StartAsync().AsTask());
        Assert.Contains("deduplication has to be emulated and is impossible: ids are not remembered", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("delay has to be", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARequirementOfAnUnknownBrokerIsAnError()
    {
        var exception = Assert.Throws<HighPerfConfigurationException>(static () => HighPerfApplication.Create(static hp => hp.AddInMemory("a").Require("b", DurabilityLevel.Memory)));
        Assert.Contains("there is no broker 'b'. Known: a.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsThereStarts()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.Require("memory", DurabilityLevel.Memory).Require("memory", TransportFeature.Priority, SupportLevel.Native));
        Assert.Contains(app.Log.Entries, static e => e.Text.Contains("memory native: delay, priority, ordering key", StringComparison.Ordinal) && e.Text.Contains("memory impossible: deduplication", StringComparison.Ordinal));
    }
}
