namespace HighPerf.Journal;

/// <summary>A segment's file as opening finds it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Number">The number in its name.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Header">Null when it is not whole.</param>
internal sealed record FoundSegment(string Path, long Number, long Length, SegmentHeader? Header)
{
    public static FoundSegment Read(string path, long number)
    {
        using var file = File.OpenHandle(path);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        var read = RandomAccess.Read(file, bytes, 0);
        if (!SegmentHeader.TryRead(bytes[..read], out var header, out var version))
        {
            return new FoundSegment(path, number, RandomAccess.GetLength(file), Header: null);
        }

        if (version != SegmentHeader.CurrentVersion)
        {
            throw new JournalException($"'{path}' is written in version {version} of the journal's format; this program knows {SegmentHeader.CurrentVersion}. Open it with the program that wrote it.");
        }

        return new FoundSegment(path, number, RandomAccess.GetLength(file), header);
    }
}
