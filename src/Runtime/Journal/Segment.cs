using Microsoft.Win32.SafeHandles;

namespace HighPerf.Journal;

/// <summary>One file of a journal and the records in it that are still held. The journal's thread's own.</summary>
internal sealed class Segment(long number, string path, SafeFileHandle file, long length, SegmentTotals totals)
{
    private JournalEntry? _last;

    public long Number => number;

    public string Path => path;

    public SafeFileHandle File { get; set; } = file;

    /// <summary>Where it ends: bytes after it, if there are any, do not count.</summary>
    public long Length { get; set; } = length;

    /// <summary>True when nothing in it is held any more.</summary>
    public bool IsDead => LiveBytes == 0;

    /// <summary>Bytes of records and notes that are still held.</summary>
    public long LiveBytes
    {
        get;
        private set
        {
            totals.Live += value - field;
            field = value;
        }
    }

    /// <summary>A record in it could not be read when it should have been moved.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>The record that has been here for longest.</summary>
    public JournalEntry? First { get; private set; }


    public void Hold(JournalEntry entry, long offset, int size)
    {
        entry.Home = this;
        entry.Offset = offset;
        entry.Size = size;
        entry.Next = null;
        entry.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
        LiveBytes += size;
    }

    public void HoldNote(JournalEntry entry, long offset, int size)
    {
        entry.NoteHome = this;
        entry.NoteOffset = offset;
        entry.NoteSize = size;
        LiveBytes += size;
    }

    /// <summary>The record is not here any more.</summary>
    public static void LetGo(JournalEntry entry)
    {
        if (entry.Home is not { } home)
        {
            return;
        }

        if (entry.Previous is null)
        {
            home.First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            home._last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        home.LiveBytes -= entry.Size;
        entry.Home = null;
        entry.Next = entry.Previous = null;
    }

    public static void LetGoOfNote(JournalEntry entry)
    {
        if (entry.NoteHome is { } home)
        {
            home.LiveBytes -= entry.NoteSize;
            entry.NoteHome = null;
        }
    }
}
