using HighPerf.Journal;
using HighPerf.State;

namespace HighPerf.Data;

/// <summary>
/// Payloads as files, one each, in 256 folders. A file is written beside its place and renamed into it, so that whoever finds it finds all of it. Files that are older
/// than their lifetime are removed at start and then at most once an hour.
/// </summary>
public sealed class FilePayloadStore : PayloadStore
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromHours(1);

    private readonly FilePayloadStoreOptions _options;
    private readonly TimeProvider _clock;
    private long _sweptTicks;

    /// <summary>Creates the store; <see cref="StartAsync"/> opens it.</summary>
    /// <exception cref="HighPerfException">An option cannot work.</exception>
    public FilePayloadStore(FilePayloadStoreOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _clock = clock ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public override string Description => $"files in {_options.Path}";

    /// <inheritdoc/>
    public override ValueTask StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 256; i++)
        {
            Directory.CreateDirectory(Path.Combine(_options.Path, i.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        }

        Sweep();
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask PutAsync(MessageId id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        SweepIfDue();
        var path = PathOf(id);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.Asynchronous, payload.Length))
        {
            await RandomAccess.WriteAsync(file, payload, 0, cancellationToken).ConfigureAwait(false);
            if (_options.Flush)
            {
                RandomAccess.FlushToDisk(file);
            }
        }

        File.Move(temporary, path, overwrite: true);
        if (_options.Flush)
        {
            DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TryGetAsync(MessageId id, PooledBuffer destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        try
        {
            using var file = File.OpenHandle(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            var length = RandomAccess.GetLength(file);
            for (var position = 0L; position < length;)
            {
                var room = destination.GetMemory((int)(length - position))[..(int)(length - position)];
                var read = await RandomAccess.ReadAsync(file, room, position, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new IOException($"The payload {id} became shorter while it was read.");
                }

                destination.Advance(read);
                position += read;
            }

            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override ValueTask RemoveAsync(MessageId id, CancellationToken cancellationToken)
    {
        File.Delete(PathOf(id));
        return default;
    }

    private string PathOf(MessageId id)
    {
        // The last digits are random in every version of id that we mint; the first ones are the time.
        var name = id.ToString();
        return Path.Combine(_options.Path, name[^2..], name);
    }

    private void SweepIfDue()
    {
        var swept = Interlocked.Read(ref _sweptTicks);
        if (_clock.GetUtcNow().UtcTicks - swept >= s_sweepInterval.Ticks && Interlocked.CompareExchange(ref _sweptTicks, _clock.GetUtcNow().UtcTicks, swept) == swept)
        {
            _ = Task.Run(Sweep);
        }
    }

    private void Sweep()
    {
        Interlocked.Exchange(ref _sweptTicks, _clock.GetUtcNow().UtcTicks);
        var oldest = (_clock.GetUtcNow() - _options.Lifetime).UtcDateTime;
        foreach (var file in new DirectoryInfo(_options.Path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }))
        {
            if (file.LastWriteTimeUtc < oldest)
            {
                // Somebody else may be sweeping the same directory: a file that is gone is no error for Delete.
                file.Delete();
            }
        }
    }
}
