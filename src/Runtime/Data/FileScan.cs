using System.ComponentModel;
using System.IO.Enumeration;

namespace HighPerf.Data;

/// <summary>Lists a directory's files: no hidden names, links to files only where wanted and to directories never, and a directory below that cannot be opened is reported and skipped.</summary>
internal sealed class FileScan : FileSystemEnumerator<FoundFile>
{
    private readonly string _root;
    private readonly FileSourceOptions _options;
    private readonly Action<string> _skipped;
    private bool _below;

    private FileScan(string root, FileSourceOptions options, Action<string> skipped)
        : base(root, new EnumerationOptions { RecurseSubdirectories = options.Recursive, AttributesToSkip = 0, IgnoreInaccessible = false })
    {
        _root = root;
        _options = options;
        _skipped = skipped;
    }

    /// <summary>Files in ordinal order of their path below the root.</summary>
    public static List<FoundFile> List(string root, FileSourceOptions options, Action<string> skipped)
    {
        var files = new List<FoundFile>();
        using (var scan = new FileScan(root, options, skipped))
        {
            while (scan.MoveNext())
            {
                files.Add(scan.Current);
            }
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.RelativePath, b.RelativePath));
        return files;
    }

    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
        => !entry.IsDirectory
            && !IsHidden(ref entry)
            && (_options.FollowLinks || !IsLink(ref entry))
            && FileSystemName.MatchesSimpleExpression(_options.Pattern, entry.FileName, ignoreCase: false);

    protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry)
    {
        if (IsHidden(ref entry) || IsLink(ref entry))
        {
            return false;
        }

        return _below = true;
    }

    protected override FoundFile TransformEntry(ref FileSystemEntry entry)
    {
        var path = entry.ToFullPath();
        var relative = Path.GetRelativePath(_root, path);
        relative = Path.DirectorySeparatorChar == '/' ? relative : relative.Replace('\\', '/');

        // A link that leads nowhere, or in a circle, is kept as it is: opening it says so.
        return IsLink(ref entry) && Target(path) is { Exists: true } target
            ? new(path, relative, target.Length, target.LastWriteTimeUtc)
            : new(path, relative, entry.Length, entry.LastWriteTimeUtc.UtcDateTime);
    }

    protected override bool ContinueOnError(int error)
    {
        // The root itself must open: false makes the base class throw. Its constructor opens it, before the fields here are set.
        if (_below)
        {
            _skipped(new Win32Exception(error).Message);
        }

        return _below;
    }

    private static FileInfo? Target(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true) as FileInfo;
        }
        catch (IOException)
        {
            // Too many links on the way: whoever opens the file is told the same.
            return null;
        }
    }

    private static bool IsHidden(ref FileSystemEntry entry) => entry.FileName.StartsWith('.') || (entry.Attributes & FileAttributes.Hidden) != 0;

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
}
