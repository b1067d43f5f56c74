using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>What a transport says of itself is true: D21, D3. That what is called native or emulated works is proved by the suite of its clause.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class CapabilityConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    protected override TransportLimits Limits => new() { Capacity = 100, CapacityBytes = 4096 };

    [Fact]
    public void EveryFeatureHasALineInTheTable()
    {
        var lines = Transport.Capabilities.ToTable().Split(Environment.NewLine);
        Assert.Equal(TransportCapabilities.Features.Count + 1, lines.Length);
        Assert.All(TransportCapabilities.Features, feature => Assert.Contains(lines, line => line.Contains(Transport.Capabilities[feature].How, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TheLargestMessageIsAcceptedAndOneByteMoreIsRejected()
    {
        var max = checked((int)Transport.Capabilities.MaxMessageBytes);
        await PublishAsync(new string('x', max));
        Assert.Equal(PublishStatus.Rejected, (await TryPublishAsync(new string('x', max + 1))).Status);
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal(max, delivery.Bytes.Length);
        await AcknowledgeAsync(delivery);
    }

    [Fact]
    public async Task WhatIsImpossibleIsRefusedAndNotIgnored()
    {
        var refusesKeys = !Transport.Capabilities[TransportFeature.OrderingKey].IsThere;
        var keyed = await TryPublishAsync("keyed", key: "k");
        Assert.Equal(refusesKeys ? PublishStatus.Rejected : PublishStatus.Accepted, keyed.Status);
        var refusesDelays = !Transport.Capabilities[TransportFeature.Delay].IsThere;
        var delayed = await TryPublishAsync("delayed", delay: TimeSpan.FromMinutes(1));
        Assert.Equal(refusesDelays ? PublishStatus.Rejected : PublishStatus.Accepted, delayed.Status);
        await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None);
    }
}
