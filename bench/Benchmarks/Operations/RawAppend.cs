using Microsoft.Win32.SafeHandles;

namespace HighPerf.Benchmarks;

/// <summary>What the journal is measured against: append 532 bytes to a file, ask the disk to keep them, again.</summary>
public sealed class RawAppend(string name, bool flush, int batch) : Operation(name, batch)
{
    private const int SegmentBytes = 32 * 1024 * 1024;

    private readonly byte[] _record = new byte[532];
    private readonly string _path = Path.Combine(JournalAppend.Root, Path.GetRandomFileName());
    private SafeFileHandle _file = null!;
    private long _length;

    /// <inheritdoc/>
    public override ValueTask StartAsync()
    {
        Directory.CreateDirectory(JournalAppend.Root);
        _file = File.OpenHandle(_path, FileMode.Create, FileAccess.ReadWrite);
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask RunAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (_length > SegmentBytes)
            {
                RandomAccess.SetLength(_file, 0);
                _length = 0;
            }

            RandomAccess.Write(_file, _record, _length);
            _length += _record.Length;
            if (flush)
            {
                RandomAccess.FlushToDisk(_file);
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        File.Delete(_path);
        return default;
    }
}
