using System.Globalization;
using Microsoft.Extensions.Logging;

namespace HighPerf.Journal;

/// <summary>Opens a journal's files: reads every segment, tells what is held, cuts a torn tail, puts damage aside.</summary>
internal sealed class JournalRecovery(string directory, RecordJournalOptions options, JournalReplay replay, JournalFiles files, ILogger logger, TimeProvider clock)
{
    private readonly Dictionary<long, JournalEntry> _held = [];
    private readonly List<JournalDamage> _damages = [];
    private readonly Quarantine _quarantine = new(directory, files, clock);
    private long _torn;

    public List<Segment> Segments { get; } = [];

    public SegmentTotals Totals { get; } = new();

    public long NextNumber { get; private set; } = 1;

    public Guid Id { get; private set; }

    public long LastSegment { get; private set; }

    public JournalReport Report { get; private set; } = null!;

    public void Run()
    {
        var start = clock.GetTimestamp();
        foreach (var leftover in Directory.EnumerateFiles(directory, "*.tmp"))
        {
            File.Delete(leftover);
        }

        var found = Find();
        for (var i = 0; i < found.Count; i++)
        {
            Read(found, i);
        }

        LastSegment = found.Count > 0 ? found[^1].Number : 0;
        Refuse();
        Id = Id == Guid.Empty ? Guid.NewGuid() : Id;
        Repair(found);
        Totals.Disk = Segments.Sum(static segment => segment.Length);
        Report = new JournalReport
        {
            Segments = Segments.Count,
            Bytes = Totals.Disk,
            Records = _held.Count,
            TornBytes = _torn,
            Damages = _damages,
            Elapsed = clock.GetElapsedTime(start),
        };
        JournalLog.Opened(logger, directory, _held.Count, Segments.Count, Totals.Disk, Report.Elapsed.TotalMilliseconds);
    }

    public void CloseFiles() => Segments.ForEach(static segment => segment.File.Dispose());

    /// <summary>The segments' files in order, with their headers; one whose creation was interrupted is removed.</summary>
    private List<FoundSegment> Find()
    {
        var found = new List<FoundSegment>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + SegmentName.Extension))
        {
            if (!SegmentName.TryParse(path, out var number))
            {
                throw new JournalException($"'{path}' is not the name of a segment. Take the file out of the journal's directory.");
            }

            found.Add(FoundSegment.Read(path, number));
        }

        found.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        if (found.Count > 0 && found[^1] is { Header: null } last && last.Length <= SegmentHeader.Size)
        {
            File.Delete(last.Path);
            files.FlushDirectory(directory);
            found.RemoveAt(found.Count - 1);
        }

        Id = found.FirstOrDefault(static segment => segment.Header is not null)?.Header?.Journal ?? Guid.Empty;
        foreach (var segment in found)
        {
            if (segment.Header is { } header && (header.Segment != segment.Number || header.Journal != Id))
            {
                throw new JournalException($"'{segment.Path}' is segment {header.Segment} of journal {header.Journal}, not of this one. Take the file out of the journal's directory.");
            }
        }

        return found;
    }

    private void Read(List<FoundSegment> found, int index)
    {
        var (current, next) = (found[index], index + 1 < found.Count ? found[index + 1] : null);
        var file = File.OpenHandle(current.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var segment = new Segment(current.Number, current.Path, file, current.Length, Totals);
        Segments.Add(segment);
        if (current.Header is { } header)
        {
            NextNumber = Math.Max(NextNumber, header.NextNumber);
        }
        else
        {
            Found(new JournalDamage(current.Number, 0, SegmentHeader.Size, "its header is not whole", IsUnfinished: false));
        }

        var expectedEnd = next?.Number == current.Number + 1 && current.Header?.IsRewritten != true ? next?.Header?.PreviousEnd : null;
        var scan = new SegmentScan();
        scan.Run(File.ReadAllBytes(current.Path), current.Number, expectedEnd, isLast: next is null, (in RecordHeader record, ReadOnlySpan<byte> bytes, long offset) => Apply(segment, record, bytes, offset));
        scan.Damages.ForEach(Found);
        segment.Length = scan.End;
        if (scan.TornBytes > 0)
        {
            _torn = scan.TornBytes;
        }

        if (next is not null && next.Number != current.Number + 1)
        {
            Found(new JournalDamage(current.Number + 1, 0, 0, string.Create(CultureInfo.InvariantCulture, $"the file is missing, as are all up to {next.Number - 1}"), IsUnfinished: false));
        }
    }

    private void Found(JournalDamage damage) => _damages.Add(damage);

    private void Apply(Segment segment, in RecordHeader header, ReadOnlySpan<byte> record, long offset)
    {
        var payload = record[RecordFormat.HeaderSize..];
        NextNumber = Math.Max(NextNumber, header.Number + 1);
        var isHeld = _held.TryGetValue(header.Number, out var entry);
        switch (header.Operation)
        {
            case JournalOperation.Add when !isHeld:
                entry = new JournalEntry { Number = header.Number };
                segment.Hold(entry, offset, header.Size);
                _held.Add(header.Number, entry);
                replay.OnAdded(entry, header.Type, payload);
                break;
            case JournalOperation.Add:
                // It was moved, and the segment that it was moved out of is still there.
                Segment.LetGo(entry!);
                segment.Hold(entry!, offset, header.Size);
                break;
            case JournalOperation.Amend when isHeld:
                Segment.LetGoOfNote(entry!);
                segment.HoldNote(entry!, offset, header.Size);
                replay.OnAmended(entry!, header.Type, payload);
                break;
            case JournalOperation.Remove when isHeld:
                Segment.LetGo(entry!);
                Segment.LetGoOfNote(entry!);
                _held.Remove(header.Number);
                replay.OnRemoved(entry!);
                break;
        }
    }

    private void Refuse()
    {
        if (options.OpenDamaged || !_damages.Exists(static damage => !damage.IsUnfinished))
        {
            return;
        }

        var first = _damages.Find(static damage => !damage.IsUnfinished);
        var report = _quarantine.WriteReport(_damages, _held.Count);
        throw new JournalException(
            $"Journal '{directory}' is damaged in {_damages.Count} places, first segment {first.Segment} from {first.Start} to {first.End}: {first.Description}. The report is '{report}'; nothing was changed. "
            + $"Restore the file, or set {nameof(RecordJournalOptions.OpenDamaged)} to put the segment aside and go on with the {_held.Count} records that can be read.");
    }

    /// <summary>From here on files are changed.</summary>
    private void Repair(List<FoundSegment> found)
    {
        if (_damages.Count > 0)
        {
            var report = _quarantine.WriteReport(_damages, _held.Count);
            var numbers = _damages.ConvertAll(static damage => damage.Segment).Distinct().Order().ToArray();
            foreach (var number in numbers)
            {
                PutAside(found, number, report);
            }
        }

        if (_torn > 0 && Segments[^1] is { } last && RandomAccess.GetLength(last.File) > last.Length)
        {
            JournalLog.TornTailCut(logger, directory, last.Number, last.Length, _torn);
            files.SetLength(last.File, last.Length);
            files.Flush(last.File);
        }
    }

    private void PutAside(List<FoundSegment> found, long number, string report)
    {
        var index = Segments.FindIndex(segment => segment.Number >= number);
        var places = new Dictionary<long, long>();
        var aside = report;
        if (Segments[index].Number > number)
        {
            // Missing: empty ones in their place, so that it is reported once.
            for (var missing = number; missing < Segments[index].Number; missing++, index++)
            {
                var empty = _quarantine.Rewrite(HeaderFor(index, missing), [], places, out var length);
                Segments.Insert(index, new Segment(missing, SegmentName.In(directory, missing), empty, length, Totals));
            }
        }
        else
        {
            var segment = Segments[index];
            var header = found.Find(candidate => candidate.Number == number)!.Header ?? HeaderFor(index, number);
            var whole = File.ReadAllBytes(segment.Path).AsSpan(0, (int)Math.Min(segment.Length, RandomAccess.GetLength(segment.File))).ToArray();
            aside = _quarantine.Keep(segment);
            segment.File.Dispose();
            segment.File = _quarantine.Rewrite(header with { IsRewritten = true }, whole, places, out var length);
            segment.Length = length;
            foreach (var entry in _held.Values)
            {
                entry.Offset = entry.Home == segment ? places[entry.Offset] : entry.Offset;
                entry.NoteOffset = entry.NoteHome == segment ? places[entry.NoteOffset] : entry.NoteOffset;
            }
        }

        for (var i = 0; i < _damages.Count; i++)
        {
            if (_damages[i].Segment == number)
            {
                var damage = _damages[i] = _damages[i] with { Quarantine = aside };
                JournalLog.Damaged(logger, directory, number, damage.Start, damage.End, damage.Description, aside);
            }
        }
    }

    private SegmentHeader HeaderFor(int index, long number) => new(number, NextNumber, index > 0 ? Segments[index - 1].Length : 0, Id, IsRewritten: true);
}
