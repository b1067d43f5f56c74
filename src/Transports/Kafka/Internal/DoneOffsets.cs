using System.Globalization;
using System.Text;

namespace HighPerf.Transports.Kafka;

/// <summary>
/// Which offsets of a partition are done: all below the watermark, and ranges above it. The watermark is what is committed; the ranges go with it as its metadata, so that whoever has the partition
/// next does not run them again. Not synchronized.
/// </summary>
internal sealed class DoneOffsets(long watermark)
{
    /// <summary>Brokers take 4,096 bytes of metadata (<c>offset.metadata.max.bytes</c>).</summary>
    public const int MaxMetadata = 4_000;

    private const char Version = '1';

    // Sorted, apart from each other, all above the watermark.
    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>The first offset that is not done.</summary>
    public long Watermark { get; private set; } = watermark;

    /// <summary>Done ones above the watermark.</summary>
    public long Above { get; private set; }

    /// <summary>How often the partition changed hands without a word while the watermark was where it is: what is there may be what ends processes.</summary>
    public int Takeovers { get; set; }

    public bool IsDone(long offset) => offset < Watermark || (Find(offset) is >= 0 and var index && index < _ranges.Count && _ranges[index].From <= offset);

    /// <summary>Done ones from an offset on.</summary>
    public long CountFrom(long offset)
    {
        var count = Math.Max(0, Watermark - offset);
        foreach (var (from, to) in _ranges)
        {
            count += Math.Max(0, to - Math.Max(from, offset));
        }

        return count;
    }

    public void Add(long offset) => Add(offset, offset + 1);

    /// <summary>Everything from <paramref name="from"/> to below <paramref name="to"/> is done.</summary>
    public void Add(long from, long to)
    {
        if (from <= Watermark)
        {
            if (to > Watermark)
            {
                MoveTo(to);
            }

            return;
        }

        if (to <= from)
        {
            return;
        }

        // The first that ends at or behind the beginning, and all that it grows together with.
        var first = Find(from - 1);
        var last = first;
        while (last < _ranges.Count && _ranges[last].From <= to)
        {
            from = Math.Min(from, _ranges[last].From);
            to = Math.Max(to, _ranges[last].To);
            Above -= _ranges[last].To - _ranges[last].From;
            last++;
        }

        _ranges.RemoveRange(first, last - first);
        _ranges.Insert(first, (from, to));
        Above += to - from;
    }

    /// <summary>What is committed beside the watermark: <c>1;clean;takeovers;from-to,from-to</c>, counted from the watermark.</summary>
    /// <param name="isClean">True when the partition is given up in good order.</param>
    public string ToMetadata(bool isClean)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Version};{(isClean ? 1 : 0)};{Takeovers};");
        foreach (var (from, to) in _ranges)
        {
            var length = text.Length;
            text.Append(CultureInfo.InvariantCulture, $"{from - Watermark}-{to - Watermark},");
            if (text.Length > MaxMetadata)
            {
                // What does not fit runs again if the process ends now.
                text.Length = length;
                break;
            }
        }

        return text.ToString();
    }

    /// <summary>Reads what was committed. What cannot be read, of somebody else's or of a later version, is nothing: it only saves work.</summary>
    public static DoneOffsets Read(long watermark, string metadata, out bool isClean)
    {
        var done = new DoneOffsets(watermark);
        var parts = metadata.Split(';');
        isClean = true;
        if (parts.Length != 4 || parts[0] != "1" || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var takeovers))
        {
            return done;
        }

        isClean = parts[1] == "1";
        done.Takeovers = takeovers;
        foreach (var range in parts[3].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-');
            if (ends.Length == 2
                && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                && long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
                && from > 0 && to > from && to < long.MaxValue / 2)
            {
                done.Add(watermark + from, watermark + to);
            }
        }

        return done;
    }

    private void MoveTo(long watermark)
    {
        Takeovers = 0;
        var passed = 0;
        while (passed < _ranges.Count && _ranges[passed].From <= watermark)
        {
            watermark = Math.Max(watermark, _ranges[passed].To);
            Above -= _ranges[passed].To - _ranges[passed].From;
            passed++;
        }

        _ranges.RemoveRange(0, passed);
        Watermark = watermark;
    }

    /// <summary>The first range that ends behind an offset.</summary>
    private int Find(long offset)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].To <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
