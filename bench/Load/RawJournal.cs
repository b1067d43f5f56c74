using Microsoft.Win32.SafeHandles;

namespace HighPerf.Load;

/// <summary>A file that is appended to and flushed to the disk, a window at a time: records of the body and 20 bytes, and 24 bytes for each that is done.</summary>
internal sealed class RawJournal(string directory) : RawLoop
{
    private const int Header = 20;
    private const int Done = 24;

    private readonly string _path = Path.Combine(directory, Guid.NewGuid().ToString("N"));
    private SafeFileHandle _file = null!;
    private long _length;

    public override Task OpenAsync()
    {
        _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write);
        return Task.CompletedTask;
    }

    public override Task PublishAsync(int count, int payload, int window) => Task.Run(() => Append(count, payload + Header, window));

    public override Task DrainAsync(int count, int window) => Task.Run(() => Append(count, Done, window));

    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        File.Delete(_path);
        return default;
    }

    private void Append(int count, int record, int window)
    {
        var bytes = new byte[record * window];
        for (var written = 0; written < count; written += window)
        {
            var length = record * Math.Min(window, count - written);
            RandomAccess.Write(_file, bytes.AsSpan(0, length), _length);
            RandomAccess.FlushToDisk(_file);
            _length += length;
        }
    }
}
