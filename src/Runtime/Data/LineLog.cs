using System.Buffers;
using HighPerf.Journal;
using Microsoft.Win32.SafeHandles;

namespace HighPerf.Data;

/// <summary>
/// Lines in a data file, each once by message id, and the index that makes it so. A batch is written in four steps: (1) lines to the data file, (2) data file
/// flushed, (3) index records, (4) index flushed; then its writers are told. A line exists when its index record does: recovery cuts the index after its last
/// whole record and the data file after the last line that this names. So a crash
/// before (3): the lines are cut, nobody was told, the redelivery writes them;
/// within (3): as many lines as there are whole index records stay, the redelivery of those finds their ids, the others are written again;
/// after (4), before the writers are told: the redelivery finds the ids.
/// The flush (2) before (3) keeps the disk from having an index record without its line. Nothing is lost that a writer was told of, and no line is there twice.
/// </summary>
internal sealed class LineLog : GroupCommitLog
{
    private readonly string _path;
    private readonly FileFlush _flush;
    private readonly SafeFileHandle _data;
    private readonly SafeFileHandle _index;
    private readonly HashSet<MessageId> _ids;
    private readonly Dictionary<MessageId, CommitBatch> _pending = [];
    private long _dataLength;
    private long _indexLength;
    private uint _batch;

    private LineLog(string path, FileFlush flush, SafeFileHandle data, SafeFileHandle index)
    {
        _path = path;
        _flush = flush;
        _data = data;
        _index = index;
        _ids = [];
    }

    public int Count
    {
        get
        {
            lock (Gate)
            {
                return _ids.Count;
            }
        }
    }

    /// <summary>Bytes of the data file and records of the index that recovery has cut.</summary>
    public (long Bytes, long Records) Cut { get; private set; }

    public static LineLog Open(string path, FileFlush flush)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full)!;
        SafeFileHandle? index = null;
        SafeFileHandle? data = null;
        try
        {
            Directory.CreateDirectory(directory);
            var isNew = !File.Exists(full + ".ids") || !File.Exists(full);
            index = OpenIndex(full + ".ids");
            data = File.OpenHandle(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            if (isNew)
            {
                DirectoryFlush.Flush(directory);
            }

            var log = new LineLog(full, flush, data, index);
            log.Recover();
            return log;
        }
        catch
        {
            data?.Dispose();
            index?.Dispose();
            throw;
        }
    }

    /// <summary>Adds a line, which ends in a line feed. The task completes when it is as durable as was asked for; an id that is known completes at once.</summary>
    public Task AppendAsync(MessageId id, ReadOnlySpan<byte> line)
    {
        lock (Gate)
        {
            var batch = Open();
            if (_ids.Contains(id))
            {
                return Task.CompletedTask;
            }

            if (_pending.TryGetValue(id, out var pending))
            {
                return pending.Completion;
            }

            batch.Add(id, line);
            _pending.Add(id, batch);
            return Join();
        }
    }

    public bool Contains(MessageId id)
    {
        lock (Gate)
        {
            return _ids.Contains(id);
        }
    }

    protected override void Commit(CommitBatch batch)
    {
        if (_flush != FileFlush.Each)
        {
            CommitRange(batch, 0, batch.Entries.Count);
            return;
        }

        for (var i = 0; i < batch.Entries.Count; i++)
        {
            CommitRange(batch, i, i + 1);
        }
    }

    private void CommitRange(CommitBatch batch, int from, int to)
    {
        var start = from == 0 ? 0 : batch.Entries[from - 1].End;
        var lines = batch.Bytes[start..batch.Entries[to - 1].End];
        var size = (to - from) * IndexRecord.Size;
        var records = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            for (var i = from; i < to; i++)
            {
                new IndexRecord(batch.Entries[i].Id, _dataLength + batch.Entries[i].End - start, _batch + 1).Write(records.AsSpan((i - from) * IndexRecord.Size));
            }

            RandomAccess.Write(_data, lines.Span, _dataLength);
            Flush(_data);
            RandomAccess.Write(_index, records.AsSpan(0, size), _indexLength);
            Flush(_index);
        }
        catch (Exception exception)
        {
            TakeBack(exception);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(records);
        }

        _dataLength += lines.Length;
        _indexLength += size;
        _batch++;
    }

    /// <summary>Index first: a line without its index record does not exist, an index record without its line must not.</summary>
    private void TakeBack(Exception error)
    {
        try
        {
            RandomAccess.SetLength(_index, _indexLength);
            RandomAccess.SetLength(_data, _dataLength);
        }
        catch (IOException exception)
        {
            Broken = new AggregateException(error, exception);
        }
    }

    private void Flush(SafeFileHandle file)
    {
        if (_flush == FileFlush.OperatingSystem)
        {
            return;
        }

        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException exception)
        {
            // After a failed flush the kernel may have dropped the pages: what is on the disk is only known after reading it again.
            Broken = exception;
            throw;
        }
    }

    protected override void Settled(CommitBatch batch, bool committed)
    {
        foreach (var (id, _) in batch.Entries)
        {
            _pending.Remove(id);
            if (committed)
            {
                _ids.Add(id);
            }
        }
    }

    protected override void Close()
    {
        _data.Dispose();
        _index.Dispose();
    }

    private static SafeFileHandle OpenIndex(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new HighPerfException($"The index '{path}' cannot be opened alone ({exception.Message}). One process at a time writes to a file sink: stop the other one, or give this one its own file.", exception);
        }
    }

    private void Recover()
    {
        var dataLength = RandomAccess.GetLength(_data);
        var indexLength = RandomAccess.GetLength(_index);
        if (indexLength < IndexRecord.Size)
        {
            CreateIndex(dataLength);
            return;
        }

        var (good, end) = ReadIndex(indexLength);
        if (dataLength < end)
        {
            throw new HighPerfException($"'{_path}' has {dataLength} bytes, its index says {end}: it was changed by someone else or the disk has lost what it had confirmed. Restore both files from a backup, or delete both to write everything again.");
        }

        if (end > 0)
        {
            Span<byte> last = stackalloc byte[1];
            if (RandomAccess.Read(_data, last, end - 1) != 1 || last[0] != (byte)'\n')
            {
                throw new HighPerfException($"'{_path}' has no line end at byte {end - 1}, where its index says that one is: it was changed by someone else. Restore both files from a backup, or delete both to write everything again.");
            }
        }

        Cut = (dataLength - end, (indexLength - good + IndexRecord.Size - 1) / IndexRecord.Size);
        RandomAccess.SetLength(_index, good);
        Flush(_index);
        RandomAccess.SetLength(_data, end);
        Flush(_data);
        _indexLength = good;
        _dataLength = end;
    }

    private void CreateIndex(long dataLength)
    {
        if (dataLength > 0)
        {
            throw new HighPerfException($"'{_path}' has {dataLength} bytes and no index ('{_path}.ids'): it was not written by a file sink, or its index was deleted. Move it away, or give the sink another path.");
        }

        Span<byte> header = stackalloc byte[IndexRecord.Size];
        IndexRecord.Header.Write(header);
        RandomAccess.SetLength(_index, 0);
        RandomAccess.Write(_index, header, 0);
        Flush(_index);
        _indexLength = IndexRecord.Size;
    }

    /// <summary>Reads ids up to the first record that is not whole; returns the lengths of the index and of the data file that are good.</summary>
    private (long Good, long End) ReadIndex(long length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(2048 * IndexRecord.Size);
        try
        {
            long good = 0;
            long end = 0;
            long position = 0;
            var torn = false;
            var tornBatch = 0u;
            while (position < length)
            {
                var read = ReadFully(position, buffer.AsSpan(0, (int)Math.Min(2048 * IndexRecord.Size, length - position)));
                for (var at = 0; at < read; at += IndexRecord.Size, position += IndexRecord.Size)
                {
                    var whole = IndexRecord.TryRead(buffer.AsSpan(at, Math.Min(IndexRecord.Size, read - at)), out var record) && Follows(record, position, end);
                    if (position == 0 && !(whole && record == IndexRecord.Header))
                    {
                        throw new HighPerfException($"'{_path}.ids' is not the index of a file sink. Move it away, or give the sink another path.");
                    }

                    if (!whole)
                    {
                        torn = true;
                        tornBatch = _batch;
                        continue;
                    }

                    if (torn)
                    {
                        CheckInterrupted(record, tornBatch);
                        continue;
                    }

                    if (position > 0)
                    {
                        _ids.Add(record.Id);
                        end = record.End;
                        _batch = record.Batch;
                    }

                    good = position + IndexRecord.Size;
                }
            }

            return (good, end);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int ReadFully(long position, Span<byte> destination)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var read = RandomAccess.Read(_index, destination[total..], position + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    private static bool Follows(IndexRecord record, long position, long end) => position == 0 || record.End > end;

    /// <summary>
    /// A whole record after a broken one: power loss wrote the pages of the last batch in another order, of which nobody was told, or the index is damaged, and then
    /// cutting it would lose what somebody was told. Only the last batch can be cut.
    /// </summary>
    private void CheckInterrupted(IndexRecord record, uint tornBatch)
    {
        if (record.Batch != tornBatch && record.Batch != tornBatch + 1)
        {
            throw new HighPerfException($"'{_path}.ids' is damaged in the middle. Restore it and '{_path}' from a backup, or delete both to write everything again.");
        }
    }
}
