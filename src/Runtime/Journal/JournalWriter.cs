using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace HighPerf.Journal;

/// <summary>
/// Writes batches, one after the other: seals the records at their places, writes and flushes them, tells who waits. What failed is cut back, so that the file never has
/// anything behind the last acknowledged record that is taken for one. Used by the journal's thread alone, but for <see cref="Statistics"/>.
/// </summary>
internal sealed class JournalWriter
{
    private readonly RecordJournal _journal;
    private readonly string _directory;
    private readonly RecordJournalOptions _options;
    private readonly JournalFiles _files;
    private readonly ILogger _logger;
    private readonly SegmentTotals _totals;
    private readonly List<Segment> _segments;
    private readonly SegmentMover _mover;
    private readonly List<JournalEntry> _gone = [];
    private readonly Guid _id;

    // Null when the next write begins a segment.
    private Segment? _active;
    private StagedBatch? _withoutAdds;
    private long _lastSegment;
    private long _records;
    private long _commits;
    private long _flushes;
    private bool _broken;

    public JournalWriter(RecordJournal journal, JournalRecovery recovery, RecordJournalOptions options, JournalFiles files, ILogger logger)
    {
        _journal = journal;
        _directory = journal.Directory;
        _options = options;
        _files = files;
        _logger = logger;
        _totals = recovery.Totals;
        _segments = recovery.Segments;
        _id = recovery.Id;
        _lastSegment = recovery.LastSegment;
        _active = _segments.Count > 0 && _segments[^1].Number == _lastSegment ? _segments[^1] : null;
        _mover = new SegmentMover(this, _segments, _totals, options, logger);
    }

    public string Directory => _directory;

    public JournalStatistics Statistics => new(
        Volatile.Read(ref _records), Volatile.Read(ref _commits), Volatile.Read(ref _flushes), _mover.Moved, _segments.Count, Volatile.Read(ref _totals.Disk), Volatile.Read(ref _totals.Live));

    /// <summary>True when there is something to delete, or to move and writing is not failing.</summary>
    public bool ShouldMove => _mover.ShouldMove(_active, mayWrite: !_broken);

    public void Commit(StagedBatch batch)
    {
        for (var first = 0; first < batch.Records.Count;)
        {
            first = CommitSome(batch, first, mayLeaveOut: true);
        }

        foreach (var barrier in batch.Barriers)
        {
            barrier.OnCommitted();
        }

        if (_gone.Count > 0)
        {
            _journal.Recycle(_gone);
            _gone.Clear();
        }
    }

    /// <summary>Deletes what is not needed any more and moves a little of what is in the way.</summary>
    public void TidyUp()
    {
        if (ShouldMove)
        {
            _mover.Step(_active);
        }
    }

    /// <summary>Writes copies of records that are held. False when it failed.</summary>
    public bool TryMove(StagedBatch batch)
    {
        try
        {
            for (var first = 0; first < batch.Records.Count;)
            {
                var end = Fit(batch, first);
                if (TryWrite(batch, first, end) is { } error)
                {
                    throw error;
                }

                Account(batch, first, end);
                first = end;
            }

            return true;
        }
        catch (JournalException error)
        {
            // Not again before something was written: room is made by those who remove.
            _broken = true;
            JournalLog.WriteFailed(_logger, error, _directory, batch.Records.Count);
            return false;
        }
    }

    public void Delete(Segment segment)
    {
        _totals.Disk -= segment.Length;
        segment.File.Dispose();
        try
        {
            // One at a time and for good: should an older one come back after a crash and a newer one not, records would be there whose removal is not.
            _files.Delete(segment.Path);
            _files.FlushDirectory(_directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JournalLog.DeleteFailed(_logger, _directory, segment.Number, exception.Message);
        }
    }

    public void Close()
    {
        try
        {
            if (_active is not null)
            {
                _files.Flush(_active.File);
            }
        }
        catch (IOException exception)
        {
            JournalLog.WriteFailed(_logger, exception, _directory, 0);
        }

        foreach (var segment in _segments)
        {
            segment.File.Dispose();
        }
    }

    /// <summary>Commits what fits in a segment and returns where to go on.</summary>
    private int CommitSome(StagedBatch batch, int first, bool mayLeaveOut)
    {
        JournalException? error;
        int end;
        try
        {
            end = Fit(batch, first);
            error = TryWrite(batch, first, end);
        }
        catch (JournalException noSegment)
        {
            end = batch.Records.Count;
            error = noSegment;
        }

        if (error is null)
        {
            _broken = false;
            Account(batch, first, end);
            Tell(batch, first, end, error: null);
            return end;
        }

        _broken = true;
        if (error.IsFull && mayLeaveOut)
        {
            CommitWithoutAdds(batch, first, end, error);
            return end;
        }

        JournalLog.WriteFailed(_logger, error, _directory, end - first);
        Tell(batch, first, end, error);
        return end;
    }

    /// <summary>The disk is full: what makes room, removals, must not fail with what needs it.</summary>
    private void CommitWithoutAdds(StagedBatch batch, int first, int end, JournalException error)
    {
        var rest = _withoutAdds ??= new StagedBatch();
        var failed = 0;
        for (var i = first; i < end; i++)
        {
            var record = batch.Records[i];
            if (record.Operation == JournalOperation.Add)
            {
                failed++;
                Tell(batch, i, i + 1, error);
            }
            else
            {
                batch[in record].CopyTo(rest.Add(record.Size, record.Operation, record.Entry, record.Commit));
            }
        }

        if (failed > 0)
        {
            JournalLog.WriteFailed(_logger, error, _directory, failed);
        }

        for (var next = 0; next < rest.Records.Count;)
        {
            next = CommitSome(rest, next, mayLeaveOut: false);
        }

        rest.Clear();
    }

    /// <summary>The end of the records that fit in the active segment; begins a new one when none does.</summary>
    private int Fit(StagedBatch batch, int first)
    {
        var active = _active;
        if (active is null || (active.Length > SegmentHeader.Size && active.Length + batch.Records[first].Size > _options.SegmentBytes))
        {
            active = BeginSegment();
        }

        var length = active.Length;
        var end = first;
        do
        {
            length += batch.Records[end++].Size;
        }
        while (end < batch.Records.Count && length + batch.Records[end].Size <= _options.SegmentBytes);

        return end;
    }

    private JournalException? TryWrite(StagedBatch batch, int first, int end)
    {
        var active = _active!;
        try
        {
            Seal(batch, first, end, active);
            _files.Write(active.File, batch.Range(first, end), active.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CutBack(active, exception);
        }

        if (_options.FlushToDisk && TryFlush(active) is { } error)
        {
            // After a flush that failed, nobody knows what of the file's last pages is on the disk, and no later flush tells: the file ends where the last one ended that
            // succeeded (the next segment says so), and this is written again elsewhere.
            GiveUp(active, error);
            return WriteAgain(batch, first, end);
        }

        return null;
    }

    private JournalException? WriteAgain(StagedBatch batch, int first, int end)
    {
        try
        {
            var active = BeginSegment();
            Seal(batch, first, end, active);
            _files.Write(active.File, batch.Range(first, end), active.Length);
            if (TryFlush(active) is { } error)
            {
                GiveUp(active, error);
                return Failure(error, isUncertain: true);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JournalException)
        {
            if (_active is not null)
            {
                GiveUp(_active, exception);
            }

            return Failure(exception, isUncertain: true);
        }
    }

    private static void Seal(StagedBatch batch, int first, int end, Segment segment)
    {
        var offset = segment.Length;
        for (var i = first; i < end; i++)
        {
            ref readonly var record = ref CollectionsMarshal.AsSpan(batch.Records)[i];
            RecordFormat.Seal(batch[in record], segment.Number, offset, firstOfCommit: i == first);
            offset += record.Size;
        }
    }

    private Exception? TryFlush(Segment segment)
    {
        try
        {
            _files.Flush(segment.File);
            _flushes++;
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }

    /// <summary>A write failed: what it wrote is cut off. When that fails, too, the segment ends before it.</summary>
    private JournalException CutBack(Segment active, Exception exception)
    {
        try
        {
            _files.SetLength(active.File, active.Length);
            if (_options.FlushToDisk)
            {
                _files.Flush(active.File);
            }

            return Failure(exception, isUncertain: false);
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            GiveUp(active, second);
            return Failure(exception, isUncertain: true);
        }
    }

    private void GiveUp(Segment segment, Exception exception)
    {
        JournalLog.SegmentGivenUp(_logger, exception, _directory, segment.Number, segment.Length);
        _active = null;
        try
        {
            _files.SetLength(segment.File, segment.Length);
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            // The next segment's header says where this one ends.
        }
    }

    private JournalException Failure(Exception exception, bool isUncertain)
    {
        if (exception is JournalException { IsUncertain: var already } && already == isUncertain)
        {
            return (JournalException)exception;
        }

        var isFull = exception is JournalException { IsFull: true } || DiskFull.Is(exception);
        var what = isFull ? "the disk is full; make room, the journal then goes on by itself" : "the disk failed";
        return new JournalException($"Journal '{_directory}' could not write: {what} ({exception.Message})", exception) { IsFull = isFull, IsUncertain = isUncertain };
    }

    private Segment BeginSegment()
    {
        var number = _lastSegment + 1;
        var path = SegmentName.In(_directory, number);
        var previous = _segments.Count > 0 ? _segments[^1] : null;
        Span<byte> header = stackalloc byte[SegmentHeader.Size];
        new SegmentHeader(number, _journal.NextNumber, previous?.Length ?? 0, _id, IsRewritten: false).Write(header);
        Segment segment;
        try
        {
            // Complete before the next one is begun, at either level: a crash then finds only the last one unfinished.
            if (_active is not null)
            {
                _files.Flush(_active.File);
            }

            var file = _files.Create(path);
            segment = new Segment(number, path, file, SegmentHeader.Size, _totals);
            try
            {
                _files.Write(file, header, 0);
                _files.Flush(file);
                _files.FlushDirectory(_directory);
            }
            catch
            {
                file.Dispose();
                _files.Delete(path);
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception, isUncertain: false);
        }

        _lastSegment = number;
        _segments.Add(segment);
        _totals.Disk += segment.Length;
        return _active = segment;
    }

    /// <summary>Records are where they have been written.</summary>
    private void Account(StagedBatch batch, int first, int end)
    {
        var active = _active!;
        var offset = active.Length;
        foreach (ref readonly var record in CollectionsMarshal.AsSpan(batch.Records)[first..end])
        {
            var entry = record.Entry;
            switch (record.Operation)
            {
                case JournalOperation.Add:
                    Segment.LetGo(entry);
                    active.Hold(entry, offset, record.Size);
                    break;
                case JournalOperation.Amend:
                    Segment.LetGoOfNote(entry);
                    active.HoldNote(entry, offset, record.Size);
                    break;
                default:
                    Segment.LetGo(entry);
                    Segment.LetGoOfNote(entry);
                    _gone.Add(entry);
                    break;
            }

            offset += record.Size;
        }

        _totals.Disk += offset - active.Length;
        active.Length = offset;
        Volatile.Write(ref _records, _records + end - first);
        Volatile.Write(ref _commits, _commits + 1);
    }

    private void Tell(StagedBatch batch, int first, int end, JournalException? error)
    {
        for (var i = first; i < end; i++)
        {
            var record = batch.Records[i];
            if (error is not null && record.Operation == JournalOperation.Add)
            {
                _gone.Add(record.Entry);
            }

            try
            {
                if (error is null)
                {
                    record.Commit?.OnCommitted();
                }
                else
                {
                    record.Commit?.OnFailed(error);
                }
            }
            catch (Exception exception)
            {
                JournalLog.CallbackFailed(_logger, exception, _directory);
            }
        }
    }
}
