using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HighPerf.Journal;

/// <summary>Where damaged segments are put aside: <c>quarantine</c> in the journal's directory. Nothing is ever deleted there.</summary>
internal sealed class Quarantine(string directory, JournalFiles files, TimeProvider clock)
{
    private readonly string _aside = Path.Combine(directory, "quarantine");

    private string Time => clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Says which bytes are damaged, and what was read all the same. Returns the report's path.</summary>
    public string WriteReport(List<JournalDamage> damages, int held)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Journal '{directory}', {clock.GetUtcNow():u}: {damages.Count} damaged places; {held} records can be read.");
        foreach (var damage in damages)
        {
            var unfinished = damage.IsUnfinished ? "; part of the last write, which was perhaps never acknowledged" : "";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"segment {damage.Segment} ({SegmentName.In(directory, damage.Segment)}): bytes {damage.Start} to {damage.End} ({damage.End - damage.Start}): {damage.Description}{unfinished}");
        }

        Directory.CreateDirectory(_aside);
        var path = Path.Combine(_aside, Time + ".report.txt");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    /// <summary>Copies a segment here. Returns the copy's path.</summary>
    public string Keep(Segment segment)
    {
        Directory.CreateDirectory(_aside);
        var path = Path.Combine(_aside, $"{Path.GetFileNameWithoutExtension(segment.Path)}-{Time}{SegmentName.Extension}");
        File.Copy(segment.Path, path, overwrite: true);
        using (var copy = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
        {
            files.Flush(copy);
        }

        files.FlushDirectory(_aside);
        return path;
    }

    /// <summary>Writes a segment again with the records that are whole, in their order, and puts it in the place of the old one.</summary>
    /// <param name="header">The new file's.</param>
    /// <param name="bytes">The old file; empty when it is missing.</param>
    /// <param name="places">Filled with where a record was and is.</param>
    /// <param name="length">The new file's length.</param>
    public SafeFileHandle Rewrite(SegmentHeader header, byte[] bytes, Dictionary<long, long> places, out long length)
    {
        var path = SegmentName.In(directory, header.Segment);
        using var content = new MemoryStream(bytes.Length + SegmentHeader.Size);
        content.SetLength(SegmentHeader.Size);
        content.Position = SegmentHeader.Size;
        header.Write(content.GetBuffer());
        new SegmentScan().Run(bytes, header.Segment, expectedEnd: null, isLast: true, (in RecordHeader record, ReadOnlySpan<byte> old, long offset) =>
        {
            var copy = old.ToArray();
            RecordFormat.Seal(copy, header.Segment, content.Position, record.IsFirstOfCommit);
            places.Add(offset, content.Position);
            content.Write(copy);
        });

        length = content.Length;
        var temporary = path + ".tmp";
        var file = files.Create(temporary);
        files.Write(file, content.GetBuffer().AsSpan(0, (int)length), 0);
        files.Flush(file);
        File.Move(temporary, path, overwrite: true);
        files.FlushDirectory(directory);
        return file;
    }
}
