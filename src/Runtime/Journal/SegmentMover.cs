using Microsoft.Extensions.Logging;

namespace HighPerf.Journal;

/// <summary>
/// Keeps the disk in proportion to what is held. Segments leave from the old end only, so that a removal never goes before what it removes. When more than half of the bytes
/// are of no use, what is held in the oldest segment is written again at the young end, record and note, a little at a time between commits; then the segment can go. One
/// round over all segments moves at most what is held, once.
/// </summary>
internal sealed class SegmentMover(JournalWriter writer, List<Segment> segments, SegmentTotals totals, RecordJournalOptions options, ILogger logger)
{
    private const int StepBytes = 1024 * 1024;

    private readonly StagedBatch _copies = new();
    private long _moved;

    public long Moved => Volatile.Read(ref _moved);

    public bool ShouldMove(Segment? active, bool mayWrite)
        => segments.Count > 1
            && segments[0] is var oldest && !ReferenceEquals(oldest, active) && !oldest.IsDamaged
            && (oldest.IsDead || (mayWrite && totals.Disk > (2 * totals.Live) + (2L * options.SegmentBytes)));

    public void Step(Segment? active)
    {
        var oldest = segments[0];
        if (!oldest.IsDead && !MoveSome(oldest))
        {
            return;
        }

        while (segments.Count > 1 && segments[0] is { IsDead: true } dead && !ReferenceEquals(dead, active))
        {
            segments.RemoveAt(0);
            writer.Delete(dead);
        }
    }

    private bool MoveSome(Segment oldest)
    {
        var count = 0;
        for (var entry = oldest.First; entry is not null && _copies.Used < StepBytes; entry = entry.Next)
        {
            if (!TryCopy(oldest, entry.Offset, entry.Size, JournalOperation.Add, entry)
                || (entry.NoteHome is { } noteHome && !TryCopy(noteHome, entry.NoteOffset, entry.NoteSize, JournalOperation.Amend, entry)))
            {
                _copies.Clear();
                return false;
            }

            count++;
        }

        var moved = writer.TryMove(_copies);
        _copies.Clear();
        Volatile.Write(ref _moved, _moved + (moved ? count : 0));
        return moved;
    }

    private bool TryCopy(Segment segment, long offset, int size, JournalOperation operation, JournalEntry entry)
    {
        var bytes = _copies.Add(size, operation, entry, commit: null);
        var read = 0;
        while (read < size && RandomAccess.Read(segment.File, bytes[read..], offset + read) is > 0 and var count)
        {
            read += count;
        }

        if (read == size && RecordFormat.IsValid(bytes, segment.Number, offset))
        {
            return true;
        }

        segment.IsDamaged = true;
        JournalLog.MoveFailed(logger, writer.Directory, segment.Number, offset);
        return false;
    }
}
