using HighPerf.Journal;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports;

/// <summary>Makes messages of what a journal and the marks of starts say.</summary>
internal sealed class StoredMessages(BufferPool pool) : JournalReplay
{
    private readonly Dictionary<long, StoredMessage> _messages = [];

    /// <summary>Opens both and returns the messages in the order in which they were published.</summary>
    public static (MessageStore Store, List<StoredMessage> Messages) Open(string directory, RecordJournalOptions options, BufferPool pool, ILogger? logger, TimeProvider clock)
    {
        var messages = new StoredMessages(pool);
        RecordJournal? journal = null;
        StartMarks? marks = null;
        try
        {
            journal = RecordJournal.Open(directory, messages, options, logger, clock);
            marks = StartMarks.Open(Path.Combine(directory, "starts"));
            return (new MessageStore(journal, marks, clock), messages.Finish(journal, marks));
        }
        catch
        {
            foreach (var stored in messages._messages.Values)
            {
                stored.Message.Return();
            }

            marks?.Dispose();
            journal?.Dispose();
            throw;
        }
    }

    public override void OnAdded(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
        if (type == MessageRecord.Type)
        {
            var stored = MessageRecord.Read(entry.Number, payload, pool);
            stored.Message.Entry = entry;
            _messages.Add(entry.Number, stored);
        }
    }

    public override void OnAmended(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
    {
        if (type == MessageRecord.NoteType && _messages.TryGetValue(entry.Number, out var stored))
        {
            stored.Note = MessageNote.Read(payload);
        }
    }

    public override void OnRemoved(JournalEntry entry)
    {
        if (_messages.Remove(entry.Number, out var stored))
        {
            stored.Message.Return();
        }
    }

    private List<StoredMessage> Finish(RecordJournal journal, StartMarks marks)
    {
        foreach (var stored in _messages.Values)
        {
            stored.Message.DeliveryCount = stored.Note.DeliveryCount;
            stored.Message.ExpiresTicks = stored.Note.ExpiresTicks;
        }

        foreach (var (number, deliveries) in marks.Read())
        {
            // What was out when the last process ended: it has been started, and nobody knows with what outcome.
            if (_messages.TryGetValue(number, out var stored) && deliveries > stored.Message.DeliveryCount)
            {
                stored.Message.DeliveryCount = deliveries;
                stored.Note = stored.Note with { DeliveryCount = deliveries };
                var bytes = new byte[stored.Note.MaxSize];
                journal.Amend((JournalEntry)stored.Message.Entry!, MessageRecord.NoteType, bytes.AsSpan(0, stored.Note.Write(bytes)), commit: null);
            }
        }

        return [.. _messages.Values.OrderBy(static stored => stored.Number)];
    }
}
