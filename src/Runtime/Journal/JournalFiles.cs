using Microsoft.Win32.SafeHandles;

namespace HighPerf.Journal;

/// <summary>The calls to the file system that can fail under a running journal, in one place; tests derive from it to make them fail.</summary>
internal class JournalFiles
{
    public static JournalFiles Default { get; } = new();

    public virtual SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public virtual void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Delete(string path) => File.Delete(path);

    public virtual void FlushDirectory(string directory) => DirectoryFlush.Flush(directory);
}
