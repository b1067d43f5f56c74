using System.Buffers;
using HighPerf.Journal;

namespace HighPerf.Transports;

/// <summary>
/// A transport's messages in its journal: a record each, a note when something became of it, removed when it is done. Starts are marked in a file of their own
/// (<see cref="StartMarks"/>).
/// </summary>
internal sealed class MessageStore : IDisposable
{
    private const int MaxSpareSettlements = 4096;
    private const int MaxStackHead = 512;

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Stack<Settlement> _spareSettlements = new();
    private readonly List<JournalEntry> _toRemove = [];
    private readonly ITimer _retryTimer;
    private readonly RecordJournal _journal;

    public MessageStore(RecordJournal journal, StartMarks marks, TimeProvider clock)
    {
        _journal = journal;
        Marks = marks;
        _retryTimer = QuietTimer.Create(clock, static state => ((MessageStore)state!).RemoveAgain(), this);
    }

    public RecordJournal Journal => _journal;

    public StartMarks Marks { get; }

    /// <summary>Stages a message.</summary>
    public JournalEntry Add(LocalQueue queue, PooledBuffer message, long notBeforeTicks, JournalCommit commit)
    {
        var size = MessageRecord.SizeOf(queue.NameBytes, message.OrderingKey);
        if (size <= MaxStackHead)
        {
            Span<byte> head = stackalloc byte[size];
            MessageRecord.Write(head, queue.NameBytes, message, notBeforeTicks);
            return _journal.Add(MessageRecord.Type, head, message.Span, commit);
        }

        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            MessageRecord.Write(rented, queue.NameBytes, message, notBeforeTicks);
            return _journal.Add(MessageRecord.Type, rented.AsSpan(0, size), message.Span, commit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Stages what has become of a message.</summary>
    public void Note(PooledBuffer message, in MessageNote note, Settlement? settlement)
    {
        if (note.Description.Length == 0)
        {
            Span<byte> bytes = stackalloc byte[MessageNote.FixedSize];
            note.Write(bytes);
            Amend(message, bytes, settlement);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(note.MaxSize);
        Amend(message, rented.AsSpan(0, note.Write(rented)), settlement);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Stages the removal of a message that nobody waits for.</summary>
    public void Remove(PooledBuffer message) => Remove((JournalEntry)message.Entry!, Rent(isAwaited: false));

    /// <summary>Removes a message; true when the journal has committed it. When that fails it is tried again until it succeeds.</summary>
    public ValueTask<bool> RemoveAsync(JournalEntry entry)
    {
        var settlement = Rent(isAwaited: true);
        var task = settlement.Task;
        Remove(entry, settlement);
        return task;
    }

    public Settlement Rent(bool isAwaited = true)
    {
        Settlement settlement;
        lock (_lock)
        {
            settlement = _spareSettlements.TryPop(out var spare) ? spare : new Settlement(this);
        }

        settlement.IsAwaited = isAwaited;
        return settlement;
    }

    public void Recycle(Settlement settlement)
    {
        lock (_lock)
        {
            if (_spareSettlements.Count < MaxSpareSettlements)
            {
                _spareSettlements.Push(settlement);
            }
        }
    }

    public void RemoveLater(JournalEntry entry)
    {
        lock (_lock)
        {
            _toRemove.Add(entry);
            if (_toRemove.Count == 1)
            {
                QuietTimer.FireAfter(_retryTimer, s_retryAfter);
            }
        }
    }

    public void Dispose()
    {
        _retryTimer.Dispose();
        _journal.Dispose();
        Marks.Dispose();
    }

    private void RemoveAgain()
    {
        JournalEntry[] entries;
        lock (_lock)
        {
            entries = [.. _toRemove];
            _toRemove.Clear();
        }

        foreach (var entry in entries)
        {
            Remove(entry, Rent(isAwaited: false));
        }
    }

    private void Remove(JournalEntry entry, Settlement settlement)
    {
        settlement.Removes = entry;
        try
        {
            _journal.Remove(entry, settlement);
        }
        catch (JournalException error)
        {
            settlement.OnFailed(error);
        }
        catch (ObjectDisposedException disposed)
        {
            settlement.Removes = null;
            settlement.OnFailed(new JournalException($"The journal is closed: what was settled after that is delivered again ({disposed.ObjectName}).", disposed));
        }
    }

    private void Amend(PooledBuffer message, ReadOnlySpan<byte> bytes, Settlement? settlement)
    {
        try
        {
            _journal.Amend((JournalEntry)message.Entry!, MessageRecord.NoteType, bytes, settlement);
        }
        catch (JournalException error)
        {
            settlement?.OnFailed(error);
        }
        catch (ObjectDisposedException disposed)
        {
            settlement?.OnFailed(new JournalException("The journal is closed.", disposed));
        }
    }
}
