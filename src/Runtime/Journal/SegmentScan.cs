namespace HighPerf.Journal;

/// <summary>Finds the records of a segment: where they are whole, where they are not, and whether what is not was ever acknowledged.</summary>
internal sealed class SegmentScan
{
    /// <summary>Damage, in order.</summary>
    public List<JournalDamage> Damages { get; } = [];

    /// <summary>Where the last whole record ends.</summary>
    public long End { get; private set; }

    /// <summary>Bytes of an unfinished write behind <see cref="End"/>.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Reads a segment.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="segment">Its number.</param>
    /// <param name="expectedEnd">Where its successor says that it ends; null when that is not known.</param>
    /// <param name="isLast">True for the journal's last one, which may have a torn tail.</param>
    /// <param name="visit">Called for every whole record.</param>
    public void Run(ReadOnlySpan<byte> bytes, long segment, long? expectedEnd, bool isLast, RecordVisitor visit)
    {
        var length = bytes.Length;
        if (expectedEnd is { } expected && expected < length)
        {
            bytes = bytes[..(int)expected];
        }

        var position = SegmentHeader.Size;
        var openDamage = -1;
        while (position < bytes.Length)
        {
            if (!RecordFormat.TryRead(bytes[position..], segment, position, out var header))
            {
                openDamage = openDamage < 0 ? position : openDamage;
                position++;
                continue;
            }

            if (openDamage >= 0)
            {
                Damages.Add(new JournalDamage(segment, openDamage, position, "records are not whole", IsUnfinished: isLast));
                openDamage = -1;
            }

            if (header.IsFirstOfCommit)
            {
                // What is before it was on the disk once: it has been damaged since.
                for (var i = 0; i < Damages.Count; i++)
                {
                    Damages[i] = Damages[i] with { IsUnfinished = false };
                }
            }

            visit(header, bytes.Slice(position, header.Size), position);
            position += header.Size;
        }

        End = openDamage >= 0 ? openDamage : Math.Max(position, SegmentHeader.Size);
        if (isLast)
        {
            TornBytes = Math.Max(0, length - End);
            return;
        }

        if (openDamage >= 0)
        {
            Damages.Add(new JournalDamage(segment, openDamage, bytes.Length, "records are not whole", IsUnfinished: false));
        }

        if (expectedEnd > length)
        {
            Damages.Add(new JournalDamage(segment, length, expectedEnd.Value, "the end is missing", IsUnfinished: false));
        }
    }
}

/// <summary>Told of a record.</summary>
internal delegate void RecordVisitor(in RecordHeader header, ReadOnlySpan<byte> record, long offset);
