using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Data;

/// <summary>
/// Turns the files of a directory into documents, one per file or one per so many lines, in ordinal order of their paths. A document's id is derived from the
/// source's name, the file's path below the directory, its length and time, how it is cut, and the slice's index, so a changed file is another file and a repeated
/// document is the same one. What <see cref="DocumentPublisher.PublishAsync"/> has completed, or failed for good, is checkpointed and never done again. A file that
/// cannot be read is said and skipped, and tried again at the next scan.
/// </summary>
/// <typeparam name="TDocument">The document.</typeparam>
public sealed class FileSource<TDocument> : Source
    where TDocument : IMessage<TDocument>
{
    private readonly FileSourceOptions _options;
    private readonly Func<FileSlice, TDocument> _map;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly FileSourceCounters _counters = new();

    /// <summary>Creates the source.</summary>
    /// <param name="name">Its name; part of the documents' ids.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="map">Makes the document of a slice, whose bytes are borrowed until it returns. An exception is a document that failed for good.</param>
    /// <param name="logger">Says what was skipped and what failed.</param>
    /// <param name="clock">The clock; <see cref="TimeProvider.System"/> when null.</param>
    public FileSource(string name, FileSourceOptions options, Func<FileSlice, TDocument> map, ILogger<FileSource<TDocument>>? logger = null, TimeProvider? clock = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(map);
        options.Validate(name);
        _options = options;
        _map = map;
        _logger = logger ?? (ILogger)NullLogger.Instance;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Files found so far; without <see cref="FileSourceOptions.Watch"/> the total, once the first document was published. A changed file counts again.</summary>
    public long FilesSeen => Interlocked.Read(ref _counters.FilesSeen);

    /// <summary>Files of which every document is done, now or before.</summary>
    public long FilesCompleted => Interlocked.Read(ref _counters.FilesCompleted);

    /// <summary>Files that could not be read; one that could be read later does not count any more.</summary>
    public long FilesFailed => Interlocked.Read(ref _counters.FilesFailed);

    /// <summary>Documents published and checkpointed.</summary>
    public long DocumentsPublished => Interlocked.Read(ref _counters.DocumentsPublished);

    /// <summary>Documents that the checkpoint says were done before.</summary>
    public long DocumentsSkipped => Interlocked.Read(ref _counters.DocumentsSkipped);

    /// <summary>Documents that failed for good: checkpointed, not published again.</summary>
    public long DocumentsFailed => Interlocked.Read(ref _counters.DocumentsFailed);

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The directory does not exist, or the checkpoint is another process's or no checkpoint.</exception>
    public override async Task RunAsync(DocumentPublisher documents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_options.Path));
        if (!Directory.Exists(root))
        {
            throw new HighPerfException($"Source '{Name}': FileSourceOptions.Path is '{_options.Path}' ({root}), which is not a directory that can be opened. Create it, or set the option to the directory to read.");
        }

        var journal = CheckpointJournal.Open(_options.CheckpointPath);
        await using (journal.ConfigureAwait(false))
        {
            if (journal.BrokenRecords > 0)
            {
                DataLog.CheckpointRepaired(_logger, Name, _options.CheckpointPath!, journal.BrokenRecords);
            }

            using var watch = new FileWatch(root, _options, reason => DataLog.WatchFailed(_logger, Name, root, _options.RescanInterval, reason));
            using var run = new FileSourceRun<TDocument>(Name, root, _options, _map, journal, documents, _counters, _logger, _clock, cancellationToken);
            await run.WorkAsync(watch).ConfigureAwait(false);
        }
    }
}
