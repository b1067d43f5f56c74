namespace HighPerf.Samples.FlightDelays;

/// <summary>A bar on a terminal, a line every ten seconds elsewhere. Lines said meanwhile go above the bar, lines said later stand alone.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private const int LongestBar = 40;

    private readonly Lock _lock = new();
    private readonly Func<(long Done, long Total)> _state;
    private readonly bool _terminal = !Console.IsOutputRedirected;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public Progress(Func<(long Done, long Total)> state)
    {
        _state = state;
        _loop = RunAsync();
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            if (_terminal && !_loop.IsCompleted)
            {
                Console.Write("\r\u001b[K");
            }

            Console.Error.WriteLine(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        if (_terminal)
        {
            Draw();
            Console.WriteLine();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_terminal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10));
        while (await NextAsync(timer))
        {
            lock (_lock)
            {
                Draw();
            }
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        await ((Task)timer.WaitForNextTickAsync(_stop.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }

    private void Draw()
    {
        var (done, total) = _state();
        var text = $"{done} of {total} files";
        if (!_terminal)
        {
            Console.WriteLine(text);
            return;
        }

        // A line that wraps cannot be drawn over.
        var bar = Math.Clamp(Console.WindowWidth - text.Length - 4, 0, LongestBar);
        var filled = total == 0 ? 0 : (int)(bar * Math.Min(done, total) / total);
        Console.Write($"\r[{new string('#', filled)}{new string('.', bar - filled)}] {text}");
    }
}
