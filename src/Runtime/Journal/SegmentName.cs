using System.Globalization;

namespace HighPerf.Journal;

/// <summary>The names of segments: sixteen digits, so that they sort.</summary>
internal static class SegmentName
{
    public const string Extension = ".segment";

    public static string In(string directory, long number) => Path.Combine(directory, number.ToString("D16", CultureInfo.InvariantCulture) + Extension);

    public static bool TryParse(string path, out long number)
        => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
