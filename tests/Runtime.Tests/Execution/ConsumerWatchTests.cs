using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;

namespace HighPerf.Tests.Execution;

/// <summary>A consumer that is connected and brings nothing is opened anew (delivery contract, surprise 8).</summary>
public sealed class ConsumerWatchTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_consumer_that_brings_nothing_while_messages_are_ready_is_opened_anew()
    {
        var clock = new ManualTimeProvider();
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner), clock: clock);
        var held = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Stage.On("held", (_, _) => new ValueTask<int>(held.Task));
        var first = app.Publisher.CallAsync(Play.Call("held")).AsTask();
        await Wait.UntilAsync(() => app.Stage.Count("held") == 1);

        var opened = faulty!.Opened;
        faulty.Deafen();
        var second = app.Publisher.CallAsync(Add.Call(1, 2)).AsTask();
        await PassAsync(clock, () => app.Log.Has(1024));
        Assert.Equal(3, await second);
        Assert.Equal(opened + 1, faulty.Opened);
        Assert.Contains(app.Log.Entries, static e => e.Id == 1024 && e.Text.Contains("The consumer of memory/default brought nothing for 00:00:", StringComparison.Ordinal) && e.Text.Contains("1 messages are ready", StringComparison.Ordinal));

        // What the old one brought is settled through it: nothing is done twice.
        held.SetResult(7);
        Assert.Equal(7, await first);
        await app.IdleAsync();
        Assert.Equal(1, app.Stage.Count("held"));
        Assert.Equal(0, (await app.LengthAsync()).Dead);
    }

    [Fact]
    public async Task A_consumer_of_an_empty_queue_stays()
    {
        var clock = new ManualTimeProvider();
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner), clock: clock);
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        var (looks, opened) = (faulty!.LengthsAsked, faulty.Opened);
        await PassAsync(clock, () => faulty.LengthsAsked >= looks + 3);
        Assert.Equal(opened, faulty.Opened);
    }

    [Fact]
    public async Task A_consumer_that_cannot_be_opened_is_tried_again()
    {
        var clock = new ManualTimeProvider();
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner), clock: clock);

        // The first call opens the reply queue.
        Assert.Equal(2, await app.Publisher.CallAsync(Add.Call(1, 1)));
        var opened = faulty!.Opened;
        faulty.Deafen();
        faulty.RefusesToOpen = true;
        var call = app.Publisher.CallAsync(Add.Call(1, 2)).AsTask();
        await PassAsync(clock, () => app.Log.Has(1025));
        Assert.False(call.IsCompleted);
        faulty.RefusesToOpen = false;
        await PassAsync(clock, () => faulty.Opened == opened + 1);
        Assert.Equal(3, await call);
    }

    /// <summary>Lets time pass in steps of a look, until what is waited for has come about.</summary>
    private static Task PassAsync(ManualTimeProvider clock, Func<bool> until)
        => Wait.UntilAsync(() =>
        {
            if (until())
            {
                return true;
            }

            clock.Advance(s_limit / 3);
            return false;
        });
}
