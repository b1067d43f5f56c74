using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Journal;

/// <summary>
/// Bytes that survive: a durable set of records in a directory of append-only segments. A record is added, may be amended by a note, and is removed; opening tells what is
/// there. Whatever is staged while the disk works is written and flushed together by one thread (group commit). Disk use is bounded by twice the bytes of the records that are
/// held and three segments: the oldest segment is deleted when nothing in it is held, and what is still held in it is moved when there is too little of it elsewhere. One process
/// at a time has a journal. The format on the disk: <c>src/Runtime/Journal/README.md</c>. All members are safe to call from several threads.
/// </summary>
public sealed class RecordJournal : IDisposable
{
    private const int MaxSpareEntries = 65_536;
    private const int MaxSpareWaiters = 4_096;

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Stack<JournalEntry> _spareEntries = new();
    private readonly Stack<JournalWaiter> _spareWaiters = new();
    private readonly JournalWriter _writer;
    private readonly DirectoryLock _directoryLock;
    private readonly Thread _thread;
    private readonly int _maxStagedBytes;
    private readonly TimeSpan _window;
    private StagedBatch _open = new();
    private StagedBatch _spare = new();
    private long _nextNumber;
    private bool _asleep;
    private bool _closing;

    private RecordJournal(string directory, JournalRecovery recovery, DirectoryLock directoryLock, RecordJournalOptions options, JournalFiles files, ILogger logger)
    {
        Directory = directory;
        Report = recovery.Report;
        _nextNumber = recovery.NextNumber;
        _directoryLock = directoryLock;
        _maxStagedBytes = options.MaxStagedBytes;
        _window = options.CommitWindow;
        _writer = new JournalWriter(this, recovery, options, files, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "HighPerf journal" };
        _thread.UnsafeStart();
    }

    /// <summary>Where it is.</summary>
    public string Directory { get; }

    /// <summary>What opening found.</summary>
    public JournalReport Report { get; }

    /// <summary>What it has done and how large it is.</summary>
    public JournalStatistics Statistics => _writer.Statistics;

    internal long NextNumber => Interlocked.Read(ref _nextNumber);

    /// <summary>Opens or creates a journal and replays it.</summary>
    /// <param name="directory">A directory of its own; created if it is not there.</param>
    /// <param name="replay">Told what is there before this returns.</param>
    /// <param name="options">The defaults when null.</param>
    /// <param name="logger">Says what opening found and what the disk refused; nothing when null.</param>
    /// <param name="clock"><see cref="TimeProvider.System"/> when null.</param>
    /// <exception cref="JournalException">Another process has it, it is damaged and <see cref="RecordJournalOptions.OpenDamaged"/> is not set, or it is of another version.</exception>
    public static RecordJournal Open(string directory, JournalReplay replay, RecordJournalOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
        => Open(directory, replay, options, logger, clock, JournalFiles.Default);

    internal static RecordJournal Open(string directory, JournalReplay replay, RecordJournalOptions? options, ILogger? logger, TimeProvider? clock, JournalFiles files)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(replay);
        options ??= new RecordJournalOptions();
        options.Validate();
        logger ??= NullLogger.Instance;
        clock ??= TimeProvider.System;
        directory = Path.GetFullPath(directory);
        var directoryLock = DirectoryLock.Take(directory);
        var recovery = new JournalRecovery(directory, options, replay, files, logger, clock);
        try
        {
            recovery.Run();
            return new RecordJournal(directory, recovery, directoryLock, options, files, logger);
        }
        catch
        {
            recovery.CloseFiles();
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Stages a record; returns at once. To be amended or removed only after its commit.</summary>
    /// <param name="type">Handed back by replay.</param>
    /// <param name="head">The payload's first bytes.</param>
    /// <param name="body">The rest of them.</param>
    /// <param name="commit">Told when it is committed.</param>
    /// <exception cref="JournalException">Too much waits to be written.</exception>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public JournalEntry Add(byte type, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, JournalCommit? commit)
    {
        JournalEntry entry;
        bool wake;
        lock (_lock)
        {
            CheckRoom(head.Length + (long)body.Length);
            entry = _spareEntries.TryPop(out var spare) ? spare : new JournalEntry();
            entry.Number = _nextNumber++;
            Stage(JournalOperation.Add, type, entry, head, body, commit);
            wake = ShouldWake();
        }

        WakeIf(wake);
        return entry;
    }

    /// <summary>Stages a note for a record, in place of the one that it has; returns at once.</summary>
    /// <inheritdoc cref="Add"/>
    public void Amend(JournalEntry entry, byte type, ReadOnlySpan<byte> payload, JournalCommit? commit)
    {
        ArgumentNullException.ThrowIfNull(entry);
        bool wake;
        lock (_lock)
        {
            CheckRoom(payload.Length);
            Stage(JournalOperation.Amend, type, entry, payload, default, commit);
            wake = ShouldWake();
        }

        WakeIf(wake);
    }

    /// <summary>Stages the removal of a record; returns at once. When it fails the record is still there.</summary>
    /// <inheritdoc cref="Add"/>
    public void Remove(JournalEntry entry, JournalCommit? commit)
    {
        ArgumentNullException.ThrowIfNull(entry);
        bool wake;
        lock (_lock)
        {
            CheckRoom(0);
            Stage(JournalOperation.Remove, 0, entry, default, default, commit);
            wake = ShouldWake();
        }

        WakeIf(wake);
    }

    /// <summary>Adds a record; completes when it is committed. Nothing is allocated in steady state.</summary>
    public ValueTask<JournalEntry> AddAsync(byte type, ReadOnlySpan<byte> payload)
    {
        var waiter = Rent();
        var task = new ValueTask<JournalEntry>(waiter, waiter.Version);
        try
        {
            // Nobody reads it before the commit, and the commit is not before the lock that Add releases, but perhaps before Add returns: set under that lock.
            lock (_lock)
            {
                waiter.Entry = Add(type, payload, default, waiter);
            }
        }
        catch
        {
            Recycle(waiter);
            throw;
        }

        return task;
    }

    /// <summary>Amends a record; completes when that is committed.</summary>
    public ValueTask AmendAsync(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
        var waiter = Rent();
        var task = new ValueTask(waiter, waiter.Version);
        try
        {
            Amend(entry, type, payload, waiter);
        }
        catch
        {
            Recycle(waiter);
            throw;
        }

        return task;
    }

    /// <summary>Removes a record; completes when that is committed.</summary>
    public ValueTask RemoveAsync(JournalEntry entry)
    {
        var waiter = Rent();
        var task = new ValueTask(waiter, waiter.Version);
        try
        {
            Remove(entry, waiter);
        }
        catch
        {
            Recycle(waiter);
            throw;
        }

        return task;
    }

    /// <summary>Completes when all that has been staged until now is written, or has failed, which those who staged it are told.</summary>
    public ValueTask CommitAsync()
    {
        var waiter = Rent();
        var task = new ValueTask(waiter, waiter.Version);
        bool wake;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _open.Barriers.Add(waiter);
            wake = ShouldWake();
        }

        WakeIf(wake);
        return task;
    }

    /// <summary>Writes what is staged and closes the files. Everybody who waits has been told when it returns.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closing = true;
        }

        _wake.Set();
        _thread.Join();
        _directoryLock.Dispose();
    }

    internal void Recycle(JournalWaiter waiter)
    {
        lock (_lock)
        {
            if (_spareWaiters.Count < MaxSpareWaiters)
            {
                _spareWaiters.Push(waiter);
            }
        }
    }

    /// <summary>Entries of records that are gone.</summary>
    internal void Recycle(List<JournalEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                entry.Tag = null;
                if (_spareEntries.Count < MaxSpareEntries)
                {
                    _spareEntries.Push(entry);
                }
            }
        }
    }

    private JournalWaiter Rent()
    {
        lock (_lock)
        {
            return _spareWaiters.TryPop(out var waiter) ? waiter : new JournalWaiter(this);
        }
    }

    private void CheckRoom(long length)
    {
        ObjectDisposedException.ThrowIf(_closing, this);
        if (_open.Used + length + RecordFormat.HeaderSize > _maxStagedBytes)
        {
            throw new JournalException($"Journal '{Directory}' has {_open.Used} bytes that wait to be written; {length} more are too many ({nameof(RecordJournalOptions.MaxStagedBytes)} {_maxStagedBytes}).") { IsFull = true };
        }
    }

    private void Stage(JournalOperation operation, byte type, JournalEntry entry, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, JournalCommit? commit)
    {
        var record = _open.Add(RecordFormat.HeaderSize + head.Length + body.Length, operation, entry, commit);
        RecordFormat.Write(record, operation, type, entry.Number);
        head.CopyTo(record[RecordFormat.HeaderSize..]);
        body.CopyTo(record[(RecordFormat.HeaderSize + head.Length)..]);
    }

    private bool ShouldWake()
    {
        var wake = _asleep;
        _asleep = false;
        return wake;
    }

    private void WakeIf(bool wake)
    {
        if (wake)
        {
            _wake.Set();
        }
    }

    private void Run()
    {
        var waited = 0;
        while (true)
        {
            WaitForAsMany(waited);
            StagedBatch? batch = null;
            lock (_lock)
            {
                if (!_open.IsEmpty)
                {
                    batch = _open;
                    _open = _spare;
                }
                else if (_closing)
                {
                    break;
                }
                else
                {
                    _asleep = !_writer.ShouldMove;
                }
            }

            if (batch is not null)
            {
                waited = batch.Waiting;
                _writer.Commit(batch);
                batch.Clear();
                _spare = batch;
                _writer.TidyUp();
            }
            else if (_writer.ShouldMove)
            {
                _writer.TidyUp();
            }
            else
            {
                _wake.WaitOne();
            }
        }

        _writer.Close();
    }

    /// <summary>
    /// Those who were told of the last commit are on their way with their next record. Writing for the first of them would make all others wait for a whole flush more: two
    /// groups that take turns, each at half the rate.
    /// </summary>
    private void WaitForAsMany(int waited)
    {
        if (waited < 2 || _window == TimeSpan.Zero)
        {
            return;
        }

        // Microseconds of this thread's, which have nothing to do with the clock that a test sets.
        var start = Stopwatch.GetTimestamp();
        var spin = default(SpinWait);
        while (Volatile.Read(ref _open).Waiting < waited && Stopwatch.GetElapsedTime(start) < _window)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
