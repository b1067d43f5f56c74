using HighPerf.Journal;
using Microsoft.Win32.SafeHandles;

namespace HighPerf.Data;

/// <summary>
/// What a file source has done, on the disk before anybody relies on it. Append-only; opening cuts a torn tail, leaves out records that are not whole, and rewrites
/// the file without the slices of files that are done. Without a path it only remembers.
/// </summary>
internal sealed class CheckpointJournal : GroupCommitLog
{
    private readonly Dictionary<MessageId, CheckpointRecord> _files = [];
    private readonly Dictionary<MessageId, Dictionary<uint, uint>> _slices = [];
    private SafeFileHandle? _handle;
    private long _length;

    private CheckpointJournal()
    {
    }

    /// <summary>Records that were not whole at opening.</summary>
    public long BrokenRecords { get; private set; }

    public static CheckpointJournal Open(string? path)
    {
        var journal = new CheckpointJournal();
        if (path is null)
        {
            return journal;
        }

        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var handle = OpenAlone(full, FileMode.OpenOrCreate);
        try
        {
            if (journal.Load(full, handle))
            {
                journal._handle = handle;
            }
            else
            {
                // The old file stays locked until the new one, locked too, is in its place.
                journal.Rewrite(full);
                handle.Dispose();
            }

            return journal;
        }
        catch
        {
            handle.Dispose();
            journal._handle?.Dispose();
            throw;
        }
    }

    /// <summary>The number of slices of a file that is done; null when it is not.</summary>
    public uint? SlicesOf(MessageId file)
    {
        lock (Gate)
        {
            return _files.TryGetValue(file, out var record) ? record.Number : null;
        }
    }

    /// <summary>Whether a slice is done; <paramref name="failed"/> when it failed for good.</summary>
    public bool IsDone(MessageId file, uint slice, out bool failed)
    {
        lock (Gate)
        {
            if (_slices.TryGetValue(file, out var slices) && slices.TryGetValue(slice, out var failures))
            {
                failed = failures != 0;
                return true;
            }
        }

        failed = false;
        return false;
    }

    /// <summary>A slice is done, or with <paramref name="kind"/> File all of them. Completes when the disk has it.</summary>
    public Task AppendAsync(CheckpointKind kind, MessageId file, uint number, uint failures)
    {
        var record = new CheckpointRecord(kind, file, number, failures);
        Span<byte> bytes = stackalloc byte[CheckpointRecord.Size];
        record.Write(bytes);
        lock (Gate)
        {
            var batch = Open();
            Remember(record);
            if (_handle is null)
            {
                return Task.CompletedTask;
            }

            batch.Add(MessageId.None, bytes);
            return Join();
        }
    }

    protected override void Commit(CommitBatch batch)
    {
        try
        {
            RandomAccess.Write(_handle!, batch.Bytes.Span, _length);
            RandomAccess.FlushToDisk(_handle!);
            _length += batch.Bytes.Length;
        }
        catch (IOException exception)
        {
            // The source stops at this; the next start cuts what is not whole.
            Broken = exception;
            throw;
        }
    }

    protected override void Close() => _handle?.Dispose();

    private void Remember(CheckpointRecord record)
    {
        if (record.Kind == CheckpointKind.File)
        {
            _files[record.File] = record;
            _slices.Remove(record.File);
        }
        else if (record.Kind == CheckpointKind.Slice && !_files.ContainsKey(record.File))
        {
            if (!_slices.TryGetValue(record.File, out var slices))
            {
                _slices.Add(record.File, slices = []);
            }

            slices[record.Number] = record.Failures;
        }
    }

    private static SafeFileHandle OpenAlone(string path, FileMode mode)
    {
        try
        {
            return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new HighPerfException($"The checkpoint '{path}' cannot be opened alone ({exception.Message}). One process at a time runs a source: stop the other one, or give this one its own CheckpointPath.", exception);
        }
    }

    /// <summary>False when the file should be rewritten.</summary>
    private bool Load(string path, SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        CheckHeader(path, handle, length);
        var compact = length < CheckpointRecord.Size;
        var buffer = new byte[CheckpointRecord.Size * 1024];
        for (long position = CheckpointRecord.Size; position < length;)
        {
            var read = RandomAccess.Read(handle, buffer, position);
            read -= position + read < length ? read % CheckpointRecord.Size : 0;
            if (read == 0)
            {
                throw new IOException($"'{path}' became shorter while it was read.");
            }

            position += read;
            for (var at = 0; at < read; at += CheckpointRecord.Size)
            {
                if (!CheckpointRecord.TryRead(buffer.AsSpan(at, Math.Min(CheckpointRecord.Size, read - at)), out var record))
                {
                    BrokenRecords++;
                    compact = true;
                    continue;
                }

                compact |= record.Kind == CheckpointKind.File && _slices.ContainsKey(record.File);
                Remember(record);
            }
        }

        _length = length;
        return !compact;
    }

    private static void CheckHeader(string path, SafeFileHandle handle, long length)
    {
        Span<byte> expected = stackalloc byte[CheckpointRecord.Size];
        Span<byte> found = stackalloc byte[CheckpointRecord.Size];
        CheckpointRecord.Header.Write(expected);
        var read = RandomAccess.Read(handle, found[..(int)Math.Min(length, found.Length)], 0);
        if (!expected.StartsWith(found[..read]))
        {
            throw new HighPerfException($"'{path}' is not the checkpoint of a file source. Give the source another CheckpointPath; nothing was changed.");
        }
    }

    private void Rewrite(string path)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");
        _handle = OpenAlone(temporary, FileMode.Create);
        var buffer = new byte[CheckpointRecord.Size * 1024];
        var used = 0;
        _length = 0;
        Add(CheckpointRecord.Header);
        foreach (var file in _files.Values)
        {
            Add(file);
        }

        foreach (var (file, slices) in _slices)
        {
            foreach (var (slice, failures) in slices)
            {
                Add(new(CheckpointKind.Slice, file, slice, failures));
            }
        }

        WriteOut();
        RandomAccess.FlushToDisk(_handle);
        File.Move(temporary, path, overwrite: true);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);

        void Add(CheckpointRecord record)
        {
            record.Write(buffer.AsSpan(used));
            used += CheckpointRecord.Size;
            if (used == buffer.Length)
            {
                WriteOut();
            }
        }

        void WriteOut()
        {
            RandomAccess.Write(_handle, buffer.AsSpan(0, used), _length);
            _length += used;
            used = 0;
        }
    }
}
