using HighPerf.Messages;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Publishing;

public sealed class ClaimCheckTests
{
    private static readonly string s_large = new('x', 5_000);

    private readonly RecordedPayloads _payloads = new();

    [Fact]
    public async Task A_large_body_is_in_the_store_while_its_message_waits_and_is_gone_when_it_is_done()
    {
        await using var app = await StartAsync();
        var open = new TaskCompletionSource();
        app.Stage.On(s_large, async (_, n) =>
        {
            await open.Task;
            return n + 1;
        });
        var call = app.Publisher.CallAsync(Play.Call(s_large, 41)).AsTask();
        await Wait.UntilAsync(() => app.Stage.Running == 1);
        Assert.Equal(app.Stage.Of(s_large).Single().Id, Assert.Single(_payloads.Payloads).Key);
        open.SetResult();
        Assert.Equal(42, await call);
        await Wait.UntilAsync(() => _payloads.Payloads.IsEmpty);
    }

    [Fact]
    public async Task What_a_broker_holds_of_it_is_small()
    {
        await using var app = await StartAsync(static hp => hp.WithoutWorker(), new InMemoryTransportOptions { CapacityBytes = 400 });
        await app.Publisher.SendAsync(Play.Call(s_large).IgnoreResult());
        Assert.Equal(1, (await app.LengthAsync()).Ready);
        Assert.InRange(Assert.Single(_payloads.Payloads).Value.Length, 5_000, 5_100);
    }

    [Fact]
    public async Task A_small_body_stays_in_its_message()
    {
        await using var app = await StartAsync();
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal(0, _payloads.Puts);
    }

    [Fact]
    public async Task An_event_s_payload_is_stored_once_and_read_by_every_subscriber()
    {
        await using var app = await StartAsync(static hp => hp.Publisher.ClaimCheckBytes = 3);
        var id = await app.Publisher.PublishAsync(new Happened(7));
        await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        await app.IdleAsync();
        Assert.Equal(7, app.Stage.Of("first").Single().N);
        Assert.Equal(7, app.Stage.Of("second").Single().N);
        Assert.Equal(1, _payloads.Puts);
        Assert.Equal(id, Assert.Single(_payloads.Payloads).Key);
    }

    [Fact]
    public async Task Workflows_carry_large_results_from_step_to_step()
    {
        await using var app = await StartAsync();
        Assert.Equal(s_large + s_large + "!", await app.Publisher.CallAsync(Append.Call(s_large, s_large).Then(Append.Step("!"))));
        await Wait.UntilAsync(() => _payloads.Payloads.IsEmpty);
    }

    [Fact]
    public async Task A_retry_reads_the_same_payload_again()
    {
        await using var app = await StartAsync();
        app.Stage.On(s_large, static (context, n) => context.Attempt < 4 ? throw new IOException("not yet") : n);
        Assert.Equal(5, await app.Publisher.CallAsync(Play.Call(s_large, 5)));
        Assert.Equal(1, _payloads.Puts);
        await Wait.UntilAsync(() => _payloads.Payloads.IsEmpty);
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_payload_and_is_replayed_with_it()
    {
        await using var app = await StartAsync();
        var fail = true;
        app.Stage.On(s_large, (_, n) => fail ? throw new PoisonException("broken") : n);
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call(s_large)));
        await app.DeadLetterAsync();
        Assert.Single(_payloads.Payloads);
        fail = false;
        Assert.Equal(1, await app.Broker.ReplayDeadLettersAsync("default", 10, CancellationToken.None));
        await Wait.UntilAsync(() => _payloads.Payloads.IsEmpty);
        Assert.Equal(2, app.Stage.Count(s_large));
    }

    [Fact]
    public async Task A_payload_that_is_gone_is_told_to_the_caller_and_makes_a_dead_letter()
    {
        await using var app = await StartAsync();
        var handle = await app.Publisher.SendAsync(Play.Call(s_large).After(TimeSpan.FromMilliseconds(200)));
        _payloads.Payloads.Clear();
        var failed = await Assert.ThrowsAsync<TaskFailedException>(() => handle.GetResultAsync());
        Assert.Contains("a test's memory", failed.Message, StringComparison.Ordinal);
        Assert.Equal(DeadLetterReason.PayloadGone, (await app.DeadLetterAsync()).Reason);
        Assert.Equal(0, app.Stage.Count(s_large));
    }

    [Fact]
    public async Task A_store_that_does_not_take_the_body_rejects_the_publish()
    {
        await using var app = await StartAsync();
        _payloads.FailingPuts = 1;
        var rejected = await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.CallAsync(Play.Call(s_large)));
        Assert.Equal(PublishStatus.Rejected, rejected.Status);
        Assert.Contains("the store is full", rejected.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Publisher.Results.WaitingCount);
        Assert.Equal(0, (await app.LengthAsync()).Ready);
    }

    [Fact]
    public async Task A_store_that_is_away_gives_the_message_back_uncounted()
    {
        var clock = new ManualTimeProvider();
        await using var app = await StartAsync(clock: clock);
        _payloads.FailingGets = 1;
        var call = app.Publisher.CallAsync(Play.Call(s_large, 9)).AsTask();
        await Wait.UntilAsync(() => app.Log.Entries.Any(static entry => entry.Id == 1022));
        Assert.Equal(0, app.Stage.Count(s_large));
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return call.IsCompleted;
        });
        Assert.Equal(9, await call);
    }

    [Fact]
    public async Task Without_a_store_the_limit_is_the_message_s_and_with_one_the_payload_s()
    {
        await using var without = await TestApplication.StartAsync(static hp => hp.Publisher.MaxBodyBytes = 2_000, withBroker: true);
        var error = await Assert.ThrowsAsync<HighPerfException>(async () => await without.Publisher.CallAsync(Play.Call(s_large)));
        Assert.Contains("Publisher.MaxBodyBytes allows 2000", error.Message, StringComparison.Ordinal);

        await using var with = await StartAsync(static hp => hp.Publisher.MaxPayloadBytes = 4_000);
        error = await Assert.ThrowsAsync<HighPerfException>(async () => await with.Publisher.CallAsync(Play.Call(s_large)));
        Assert.Contains("Publisher.MaxPayloadBytes allows 4000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_survives_the_envelope()
    {
        var pool = new TrackingBufferPool();
        var buffer = pool.Pool.Rent();
        var claim = new ClaimCheck(MessageId.New(), 123_456, 1);
        EnvelopeCodec.Write(buffer, new EnvelopeFields { Message = new MessageDescriptor(MessageKind.Event, "e", 1), Id = MessageId.New(), OrderingKey = "key", Claim = claim });
        EnvelopeCodec.Complete(buffer);
        Assert.True(Envelope.TryParse(buffer.Span, out var envelope, out _));
        Assert.Equal(claim, envelope.Claim);
        Assert.Equal("key", envelope.OrderingKey);
        buffer.Return();
        pool.AssertAllReturned();
    }

    private Task<TestApplication> StartAsync(Action<HighPerfBuilder>? configure = null, InMemoryTransportOptions? options = null, TimeProvider? clock = null)
        => TestApplication.StartAsync(
            hp =>
            {
                hp.Publisher.ClaimCheckBytes = 1_000;
                hp.UsePayloads(_ => _payloads);
                configure?.Invoke(hp);
            },
            options,
            clock: clock);
}
