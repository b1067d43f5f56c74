namespace HighPerf.Data;

/// <summary>A file as a scan saw it; another length or time makes it another file.</summary>
internal readonly record struct FoundFile(string Path, string RelativePath, long Length, DateTime LastWriteUtc);
