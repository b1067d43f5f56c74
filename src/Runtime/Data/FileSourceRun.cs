using Microsoft.Extensions.Logging;

namespace HighPerf.Data;

/// <summary>One run of a <see cref="FileSource{TDocument}"/>: look at the directory, read in order, publish some at a time, checkpoint each.</summary>
internal sealed class FileSourceRun<TDocument> : IDisposable
    where TDocument : IMessage<TDocument>
{
    /// <summary>Keeps the ids of documents apart from other ids that are derived from the same parent.</summary>
    private const ulong DocumentDiscriminator = 0x446F_6375_6D65_6E74;

    private readonly string _name;
    private readonly string _root;
    private readonly FileSourceOptions _options;
    private readonly Func<FileSlice, TDocument> _map;
    private readonly FileSourceCounters _counters;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly string? _checkpointPath;
    private readonly CheckpointJournal _journal;
    private readonly DocumentPublisher _documents;
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _slots;
    private Dictionary<string, KnownFile> _known = [];
    private bool _listed;
    private Exception? _error;

    public FileSourceRun(
        string name,
        string root,
        FileSourceOptions options,
        Func<FileSlice, TDocument> map,
        CheckpointJournal journal,
        DocumentPublisher documents,
        FileSourceCounters counters,
        ILogger logger,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        _name = name;
        _root = root;
        _options = options;
        _map = map;
        _counters = counters;
        _logger = logger;
        _clock = clock;
        _checkpointPath = _options.CheckpointPath is null ? null : Path.GetFullPath(_options.CheckpointPath);
        _journal = journal;
        _documents = documents;
        _cancelled = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _slots = new SemaphoreSlim(_options.MaxInFlight);
    }

    public async Task WorkAsync(FileWatch watch)
    {
        try
        {
            bool again;
            do
            {
                var waiting = await PassAsync().ConfigureAwait(false);
                again = (_options.Watch || waiting > 0) && !_stop.IsCancellationRequested;
                var pause = waiting > 0 && _options.SettleTime < _options.RescanInterval ? _options.SettleTime : _options.RescanInterval;
                again = again && await watch.WaitAsync(pause, _clock, _stop.Token).ConfigureAwait(false);
            }
            while (again);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Cancelled by the caller, or by a failure that is thrown below.
        }
        finally
        {
            await DrainAsync().ConfigureAwait(false);
        }

        if (_error is not null)
        {
            throw new HighPerfException($"Source '{_name}' has stopped: {_error.Message}", _error);
        }
    }

    /// <summary>Lists the directory and hands out what is new; returns how many files have yet to settle.</summary>
    private async Task<int> PassAsync()
    {
        var (ready, waiting) = Look();
        foreach (var file in ready)
        {
            await ReadAsync(file).ConfigureAwait(false);
        }

        return waiting;
    }

    private (List<KnownFile> Ready, int Waiting) Look()
    {
        List<FoundFile> found;
        try
        {
            found = FileScan.List(_root, _options, reason => DataLog.DirectorySkipped(_logger, _name, _root, reason));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_listed)
            {
                throw new HighPerfException($"Source '{_name}': FileSourceOptions.Path is '{_options.Path}' ({_root}), which cannot be listed: {exception.Message} Give this user the right to read it, or set the option to another directory.", exception);
            }

            DataLog.ScanFailed(_logger, _name, _root, _options.RescanInterval, exception.Message);
            return ([], 0);
        }

        var known = new Dictionary<string, KnownFile>(found.Count);
        var ready = new List<KnownFile>();
        var (waiting, fresh, done) = (0, 0, 0);
        foreach (var entry in found)
        {
            if (entry.Path == _checkpointPath)
            {
                continue;
            }

            if (!_known.Remove(entry.Path, out var file) || file.File != entry)
            {
                Forget(file);
                file = new KnownFile(entry, KeyOf(entry), _clock.GetTimestamp());
                fresh++;
                done += SkipIfDone(file) ? 1 : 0;
            }

            known.Add(entry.Path, file);
            if (file.Taken)
            {
                continue;
            }

            if (IsSettled(file))
            {
                ready.Add(file);
            }
            else
            {
                waiting++;
            }
        }

        foreach (var gone in _known.Values)
        {
            Forget(gone);
        }

        _known = known;
        Interlocked.Add(ref _counters.FilesSeen, fresh);
        if (!_listed)
        {
            _listed = true;
            DataLog.Scanned(_logger, _name, _root, found.Count, done);
        }

        return (ready, waiting);
    }

    private void Forget(KnownFile? file)
    {
        if (file?.Error is not null)
        {
            Interlocked.Decrement(ref _counters.FilesFailed);
        }
    }

    private bool SkipIfDone(KnownFile file)
    {
        if (_journal.SlicesOf(file.Key) is not { } slices)
        {
            return false;
        }

        file.Taken = true;
        Interlocked.Add(ref _counters.DocumentsSkipped, slices);
        Interlocked.Increment(ref _counters.FilesCompleted);
        return true;
    }

    private bool IsSettled(KnownFile file)
        => _options.SettleTime == TimeSpan.Zero
            || _clock.GetUtcNow() - file.File.LastWriteUtc >= _options.SettleTime
            || _clock.GetElapsedTime(file.LookedAt) >= _options.SettleTime;

    private MessageId KeyOf(FoundFile file)
        => MessageId.Derive($"{_name}\n{file.RelativePath}\n{file.Length}\n{file.LastWriteUtc.Ticks}\n{_options.LinesPerDocument}\n{_options.HeaderLine}");

    private async Task ReadAsync(KnownFile file)
    {
        file.Taken = true;
        try
        {
            using var slicer = new FileSlicer(file.File, _options);
            while (await slicer.ReadAsync(_stop.Token).ConfigureAwait(false))
            {
                await HandOutAsync(file, slicer.Current).ConfigureAwait(false);
            }

            if (file.Error is not null)
            {
                file.Error = null;
                Interlocked.Decrement(ref _counters.FilesFailed);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was handed out of it must be settled before it is read again.
            await DrainAsync().ConfigureAwait(false);
            Report(file, exception);
        }
    }

    private void Report(KnownFile file, Exception exception)
    {
        file.Taken = false;
        (file.Done, file.Failures, file.Total) = (0, 0, -1);
        if (file.Error == exception.Message)
        {
            DataLog.FileStillSkipped(_logger, _name, file.File.Path, exception.Message);
            return;
        }

        if (file.Error is null)
        {
            Interlocked.Increment(ref _counters.FilesFailed);
        }

        file.Error = exception.Message;
        DataLog.FileSkipped(_logger, _name, file.File.Path, exception.Message);
        _options.OnProblem?.Invoke(new FileProblem(file.File.Path, -1, exception));
    }

    private async Task HandOutAsync(KnownFile file, FileSlice slice)
    {
        if (slice.IsLast)
        {
            lock (file)
            {
                file.Total = slice.Index + 1;
            }
        }

        if (_journal.IsDone(file.Key, (uint)slice.Index, out var failed))
        {
            Interlocked.Increment(ref _counters.DocumentsSkipped);
            await CheckpointAsync(file, slice.Index, failed, recorded: true).ConfigureAwait(false);
            return;
        }

        await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);
        var id = MessageId.Derive(file.Key, DocumentDiscriminator, (ulong)slice.Index);
        TDocument document;
        try
        {
            document = _map(slice);
        }
        catch (Exception exception)
        {
            _ = FinishAsync(file, slice.Index, id, Task.FromException(exception));
            return;
        }

        _ = FinishAsync(file, slice.Index, id, PublishAsync(id, document));
    }

    private async Task PublishAsync(MessageId id, TDocument document)
    {
        try
        {
            await _documents.PublishAsync(id, document, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not DocumentFailedException)
        {
            throw new DocumentPublishException(exception);
        }
    }

    /// <summary>Sees a document through to its checkpoint and frees its slot. Never throws: a failure stops the run.</summary>
    private async Task FinishAsync(KnownFile file, long index, MessageId id, Task published)
    {
        try
        {
            await published.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (published.Exception?.InnerException is DocumentPublishException stopped)
            {
                Stop(stopped.InnerException!);
                return;
            }

            var failure = published.Exception?.InnerException;
            if (failure is not null)
            {
                Interlocked.Increment(ref _counters.DocumentsFailed);
                DataLog.DocumentFailed(_logger, failure, _name, file.File.Path, index, id);
                _options.OnProblem?.Invoke(new FileProblem(file.File.Path, index, failure));
            }

            await CheckpointAsync(file, index, failure is not null, recorded: false).ConfigureAwait(false);
            if (failure is null)
            {
                Interlocked.Increment(ref _counters.DocumentsPublished);
            }
        }
        catch (Exception exception)
        {
            Stop(exception);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task CheckpointAsync(KnownFile file, long index, bool failed, bool recorded)
    {
        bool complete;
        uint failures;
        lock (file)
        {
            file.Done++;
            file.Failures += failed ? 1u : 0;
            complete = file.Done == file.Total;
            failures = file.Failures;
        }

        if (complete)
        {
            await _journal.AppendAsync(CheckpointKind.File, file.Key, (uint)file.Total, failures).ConfigureAwait(false);
            Interlocked.Increment(ref _counters.FilesCompleted);
        }
        else if (!recorded)
        {
            await _journal.AppendAsync(CheckpointKind.Slice, file.Key, (uint)index, failed ? 1u : 0).ConfigureAwait(false);
        }
    }

    private void Stop(Exception exception)
    {
        if (!(exception is OperationCanceledException && _cancelled.IsCancellationRequested))
        {
            Interlocked.CompareExchange(ref _error, exception, null);
        }

        _stop.Cancel();
    }

    /// <summary>Waits until nothing is under way.</summary>
    private async Task DrainAsync()
    {
        for (var i = 0; i < _options.MaxInFlight; i++)
        {
            await _slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _slots.Release(_options.MaxInFlight);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _slots.Dispose();
    }
}
