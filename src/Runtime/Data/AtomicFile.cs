using HighPerf.Journal;

namespace HighPerf.Data;

/// <summary>
/// Replaces a file so that every reader, and every restart, sees the old content or the new one and nothing between: written beside it, flushed to the disk,
/// renamed over it, and the directory flushed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Replaces or creates <paramref name="path"/> with what <paramref name="write"/> writes. On an exception the old content stays.</summary>
    /// <remarks>The temporary file has a fixed name, <c>.name.tmp</c>, so that what a crash left is overwritten by the next write; two concurrent writers of one file exclude each other with an <see cref="IOException"/>.</remarks>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var (full, directory, temporary) = Names(path);
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, full, overwrite: true);
        DirectoryFlush.Flush(directory);
    }

    /// <inheritdoc cref="Write"/>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var (full, directory, temporary) = Names(path);
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024);
        await using (stream.ConfigureAwait(false))
        {
            await write(stream, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, full, overwrite: true);
        DirectoryFlush.Flush(directory);
    }

    private static (string Full, string Directory, string Temporary) Names(string path)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full) ?? throw new ArgumentException($"'{path}' is not a file name.", nameof(path));
        return (full, directory, Path.Combine(directory, $".{Path.GetFileName(full)}.tmp"));
    }
}
