using System.Threading.Channels;

namespace HighPerf.Data;

/// <summary>Waits for the next look at a directory: a notification or the time, whichever is first. Notifications may be lost, so nothing depends on them.</summary>
internal sealed class FileWatch : IDisposable
{
    private static readonly TimeSpan MinimumPause = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FileSystemWatcher? _watcher;

    public FileWatch(string root, FileSourceOptions options, Action<string> failed)
    {
        if (!options.Watch)
        {
            return;
        }

        try
        {
            _watcher = new FileSystemWatcher(root, options.Pattern)
            {
                IncludeSubdirectories = options.Recursive,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Created += (_, _) => Hint();
            _watcher.Changed += (_, _) => Hint();
            _watcher.Renamed += (_, _) => Hint();
            _watcher.Error += (_, error) =>
            {
                failed(error.GetException().Message);
                Hint();
            };
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _watcher?.Dispose();
            _watcher = null;
            failed(exception.Message);
        }
    }

    /// <summary>Completes at a hint or after the time; false when cancelled.</summary>
    public async Task<bool> WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(time, clock, stop.Token);
        var hint = _hints.Reader.WaitToReadAsync(stop.Token).AsTask();
        await Task.WhenAny(delay, hint).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await delay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)hint).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (hint.IsCompletedSuccessfully && !cancellationToken.IsCancellationRequested)
        {
            // A directory that is being filled hints all the time: look at most ten times a second.
            await Task.Delay(time < MinimumPause ? time : MinimumPause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _hints.Reader.TryRead(out _);
        }

        return !cancellationToken.IsCancellationRequested;
    }

    private void Hint() => _hints.Writer.TryWrite(true);

    public void Dispose() => _watcher?.Dispose();
}
