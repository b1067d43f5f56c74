using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.TestKit;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void TimersFireInOrderAtTheirInstants()
    {
        var fired = new List<(string Name, double At)>();
        var start = _clock.GetTimestamp();
        ITimer Timer(string name, int due, int period = -1) => _clock.CreateTimer(
            _ => fired.Add((name, _clock.GetElapsedTime(start).TotalSeconds)),
            null,
            TimeSpan.FromSeconds(due),
            period < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
        using var late = Timer("late", 5);
        using var early = Timer("early", 1);
        using var periodic = Timer("periodic", 2, 2);
        using var never = Timer("never", 9);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([("early", 1), ("periodic", 2), ("periodic", 4), ("late", 5), ("periodic", 6)], fired);
        Assert.Equal(TimeSpan.FromSeconds(6), _clock.GetElapsedTime(start));
        Assert.Equal(2, _clock.ArmedTimers);
    }

    [Fact]
    public void ATimerArmedByATimerFiresInTheSameAdvance()
    {
        var fired = 0;
        using var second = _clock.CreateTimer(_ => fired++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var first = _clock.CreateTimer(_ => second.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void ADisposedTimerDoesNotFire()
    {
        var timer = _clock.CreateTimer(_ => Assert.Fail("It fired."), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        _clock.Advance(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task WorksWithDelayAndCancellation()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _clock);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(10), _clock);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(delay.IsCompleted);
        Assert.False(cancellation.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await delay.WaitAsync(Wait.Patience);
        Assert.True(cancellation.IsCancellationRequested);
    }

    [Fact]
    public void UtcNowAdvances()
    {
        var start = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(start.AddDays(1), _clock.GetUtcNow());
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));
    }
}
