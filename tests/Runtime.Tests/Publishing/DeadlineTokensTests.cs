using HighPerf.Publishing;
using HighPerf.TestKit;

namespace HighPerf.Tests.Publishing;

public sealed class DeadlineTokensTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();
    private readonly DeadlineTokens _tokens;

    public DeadlineTokensTests() => _tokens = new DeadlineTokens(s_timeout, _clock);

    private long Now => _clock.GetUtcNow().UtcTicks;

    [Fact]
    public void A_token_is_cancelled_between_one_timeout_and_a_second_more()
    {
        _tokens.At(Now);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        var token = _tokens.At(Now);
        _clock.Advance(s_timeout);
        Assert.False(token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void Publishes_of_one_second_share_a_token_and_those_of_the_next_have_another()
    {
        var first = _tokens.At(Now);
        Assert.Equal(first, _tokens.At(Now + TimeSpan.TicksPerSecond - 1));
        Assert.NotEqual(first, _tokens.At(Now + TimeSpan.TicksPerSecond));
    }

    [Fact]
    public void After_a_long_pause_and_after_the_clock_was_set_back_a_token_has_its_whole_time()
    {
        var first = _tokens.At(Now);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(first.IsCancellationRequested);
        Assert.False(_tokens.At(Now).IsCancellationRequested);
        var late = _tokens.At(Now);
        Assert.NotEqual(late, _tokens.At(Now - TimeSpan.TicksPerHour));
    }
}
