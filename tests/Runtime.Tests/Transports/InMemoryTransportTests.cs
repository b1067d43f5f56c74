using HighPerf.TestKit;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.Tests.Transports;

/// <summary>What is the in-memory transport's own, beyond the contract.</summary>
public sealed class InMemoryTransportTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TrackingBufferPool _buffers = new();
    private readonly List<InMemoryTransport> _transports = [];

    public Task InitializeAsync() => Task.CompletedTask;

    // IAsyncLifetime: xunit 2 does not call IAsyncDisposable.
    public async Task DisposeAsync()
    {
        foreach (var transport in _transports)
        {
            await transport.DisposeAsync();
        }

        _buffers.AssertAllReturned();
    }

    [Fact]
    public void SaysWhatItIs()
    {
        var transport = New();
        Assert.Equal("memory", transport.Name);
        Assert.Equal("in-memory", transport.Description);
        Assert.Equal(DurabilityLevel.Memory, transport.Durability);
        Assert.Equal("memory/q", transport.GetDestination("q").ToString());
        Assert.All(TransportCapabilities.Features, feature => Assert.Equal(feature != TransportFeature.Deduplication, transport.Capabilities[feature].IsThere));
        Assert.Equal(new InMemoryTransportOptions().CapacityBytes, transport.Capabilities.MaxMessageBytes);
    }

    [Fact]
    public void OptionsOutOfRangeAreNamed()
    {
        AssertNames(nameof(InMemoryTransportOptions.Capacity), new() { Capacity = 0 });
        AssertNames(nameof(InMemoryTransportOptions.CapacityBytes), new() { CapacityBytes = -1 });
        AssertNames(nameof(InMemoryTransportOptions.MaxDeadLetters), new() { MaxDeadLetters = -1 });
        AssertNames(nameof(InMemoryTransportOptions.MaxDeliveries), new() { MaxDeliveries = 0 });
        AssertNames(nameof(InMemoryTransportOptions.DeadLetterRetryDelay), new() { DeadLetterRetryDelay = TimeSpan.Zero });

        void AssertNames(string option, InMemoryTransportOptions options)
            => Assert.Contains(option, Assert.Throws<ArgumentOutOfRangeException>(() => New(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(65_537, 30)]
    [InlineData(1, 0)]
    public async Task ReceiverOptionsOutOfRangeAreRefused(int prefetch, int leaseSeconds)
    {
        var options = new ReceiverOptions { Prefetch = prefetch, Lease = TimeSpan.FromSeconds(leaseSeconds) };
        using var signal = new CountingSignal();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await New().OpenReceiverAsync("q", options, signal, default));
    }

    [Fact]
    public async Task LargestPrefetchWorks()
    {
        var transport = New(new() { Capacity = 70_000 });
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", 65_536);
        for (var i = 0; i < 300; i++)
        {
            await PublishAsync(transport, "m" + i);
        }

        foreach (var delivery in await consumer.ReceiveAsync(300))
        {
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }

    [Fact]
    public async Task FullDeadLettersRefuseAndKeepTheMessage()
    {
        var transport = New(new() { MaxDeadLetters = 1, DeadLetterRetryDelay = TimeSpan.FromSeconds(10) });
        await PublishAsync(transport, "a");
        await PublishAsync(transport, "b");
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        foreach (var delivery in await consumer.ReceiveAsync(2))
        {
            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "x"));
        }

        Assert.Equal(1, transport.DeadLettersRefused);
        var length = await transport.GetLengthAsync("q", default);
        Assert.Equal((0, 1, 0, 1), (length.Ready, length.Delayed, length.InFlight, length.Dead));
        _clock.Advance(TimeSpan.FromSeconds(10));
        var again = await consumer.ReceiveAsync();
        Assert.Equal("b", TestConsumer.Text(in again));
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal(1, await transport.ReplayDeadLettersAsync("q", 1, default));
        Assert.True(await consumer.Receiver.DeadLetterAsync(again.Token, DeadLetterReason.Poisonous, "x"));
        Assert.Equal(1, transport.DeadLettersRefused);
        Assert.Equal("b"u8.ToArray(), Assert.Single(await transport.BrowseDeadLettersAsync("q", 9, default)).Bytes.ToArray());
    }

    [Fact]
    public async Task MaxDeliveriesIsABackstop()
    {
        var transport = New(new() { MaxDeliveries = 3 });
        await PublishAsync(transport, "a");
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        for (var i = 1; i <= 3; i++)
        {
            var delivery = await consumer.ReceiveAsync();
            Assert.Equal(i, delivery.DeliveryCount);
            Assert.True(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.Zero));
        }

        Assert.Empty(consumer.TryReceive(1));
        var letter = Assert.Single(await transport.BrowseDeadLettersAsync("q", 9, default));
        Assert.Equal(DeadLetterReason.AttemptsExhausted, letter.Reason);
        Assert.Equal(3, letter.DeliveryCount);
    }

    [Fact]
    public async Task EveryArmedReceiverIsToldAndNoneTwice()
    {
        var transport = New();
        await using var left = await TestConsumer.OpenAsync(transport, "q");
        await using var right = await TestConsumer.OpenAsync(transport, "q");
        await using var busy = await TestConsumer.OpenAsync(transport, "q");
        Assert.Empty(left.TryReceive(1));
        Assert.Empty(left.TryReceive(1));
        Assert.Empty(right.TryReceive(1));
        await PublishAsync(transport, "a");
        Assert.Equal((1, 1, 0), (left.Signal.Count, right.Signal.Count, busy.Signal.Count));
        await PublishAsync(transport, "b");
        Assert.Equal((1, 1, 0), (left.Signal.Count, right.Signal.Count, busy.Signal.Count));
        Assert.Equal(2, await transport.PurgeAsync("q", false, default));
    }

    [Fact]
    public async Task ReceiverAtItsLimitIsToldAfterASettlement()
    {
        var transport = New();
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 1);
        await PublishAsync(transport, "a");
        await PublishAsync(transport, "b");
        var first = await consumer.ReceiveAsync();
        Assert.Empty(consumer.TryReceive(1));
        Assert.Equal(0, consumer.Signal.Count);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(first.Token));
        Assert.Equal(1, consumer.Signal.Count);

        // At the limit and nothing is ready: told when something comes, not at the settlement.
        var second = await consumer.ReceiveAsync();
        Assert.Empty(consumer.TryReceive(1));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(second.Token));
        Assert.Equal(1, consumer.Signal.Count);
        await PublishAsync(transport, "c");
        Assert.Equal(2, consumer.Signal.Count);
        Assert.True(await consumer.Receiver.AcknowledgeAsync((await consumer.ReceiveAsync()).Token));
    }

    [Fact]
    public async Task NoTimerStaysArmedWhenNothingIsOutOrDelayed()
    {
        var transport = New();
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        Assert.Equal(0, _clock.ArmedTimers);
        await PublishAsync(transport, "a");
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal(1, _clock.ArmedTimers);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task LeasesLongerThanATimersCapLapseOnTime()
    {
        var transport = New();
        await PublishAsync(transport, "a");
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", lease: TimeSpan.FromHours(3));
        var stale = await consumer.ReceiveAsync();
        _clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromSeconds(1));
        Assert.Empty(consumer.TryReceive(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var again = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
        Assert.False(await consumer.Receiver.AcknowledgeAsync(stale.Token));
    }

    [Fact]
    public async Task FarInstantsAreHeld()
    {
        var transport = New();
        await PublishAsync(transport, "far", notBefore: _clock.GetUtcNow().AddYears(3).UtcTicks);
        await PublishAsync(transport, "never", notBefore: long.MaxValue);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(consumer.TryReceive(1));
        Assert.Equal(2, (await transport.GetLengthAsync("q", default)).Delayed);
    }

    [Fact]
    public async Task DelayIsNotEarlyOnTheSystemClock()
    {
        var transport = new InMemoryTransport("memory", pool: _buffers.Pool);
        _transports.Add(transport);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        var due = DateTime.UtcNow.AddMilliseconds(30);
        await PublishAsync(transport, "a", notBefore: due.Ticks);
        var delivery = await consumer.ReceiveAsync();
        Assert.True(DateTime.UtcNow >= due);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task LeaseLapsesOnTheSystemClock()
    {
        var transport = new InMemoryTransport("memory", pool: _buffers.Pool);
        _transports.Add(transport);
        await PublishAsync(transport, "a");
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 1, lease: TimeSpan.FromMilliseconds(30));
        var stale = await consumer.ReceiveAsync();
        await using var other = await TestConsumer.OpenAsync(transport, "q");
        var again = await other.ReceiveAsync();
        Assert.Equal(2, again.DeliveryCount);
        Assert.True(await other.Receiver.AcknowledgeAsync(again.Token));
        Assert.False(await consumer.Receiver.AcknowledgeAsync(stale.Token));
    }

    [Fact]
    public async Task QueuesMadeAfterDisposeAreClosed()
    {
        var transport = New();
        await transport.DisposeAsync();
        var outcome = await transport.PublishAsync(transport.GetDestination("new"), Message("a"), default);
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("disposed", outcome.Reason, StringComparison.Ordinal);
        using var signal = new CountingSignal();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await transport.OpenReceiverAsync("q", new(), signal, default));
    }

    [Fact]
    public async Task UnknownPriorityIsNormal()
    {
        var transport = New();
        var message = new OutgoingMessage { Bytes = _buffers.Rent("a"u8), Id = MessageId.New(), Priority = (MessagePriority)77 };
        Assert.True((await transport.PublishAsync(transport.GetDestination("q"), in message, default)).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        Assert.True(await consumer.Receiver.AcknowledgeAsync((await consumer.ReceiveAsync()).Token));
    }

    private InMemoryTransport New(InMemoryTransportOptions? options = null)
    {
        var transport = new InMemoryTransport("memory", options, _clock, _buffers.Pool);
        _transports.Add(transport);
        return transport;
    }

    private OutgoingMessage Message(string text, long notBefore = 0)
        => new() { Bytes = _buffers.Rent(System.Text.Encoding.UTF8.GetBytes(text)), Id = MessageId.New(_clock), NotBeforeTicks = notBefore };

    private async Task PublishAsync(InMemoryTransport transport, string text, long notBefore = 0)
    {
        var outcome = await transport.PublishAsync(transport.GetDestination("q"), Message(text, notBefore), default);
        Assert.True(outcome.IsAccepted, outcome.Reason);
    }
}
