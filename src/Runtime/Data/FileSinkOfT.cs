using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Data;

/// <summary>
/// Writes results as JSON lines, each once by message id, also when the process is killed at any byte: a record is there when its id and the end of its line are
/// in the index (<c>.ids</c>) beside the file, and the start cuts what has no index record. The ids are kept in memory: 16 bytes and the hash set's overhead,
/// about 30 to 60 bytes a record. One process at a time.
/// </summary>
/// <typeparam name="TDocument">The result's type.</typeparam>
public sealed class FileSink<TDocument> : Sink
    where TDocument : IMessage<TDocument>
{
    private readonly FileSinkOptions _options;
    private readonly JsonTypeInfo<TDocument> _json;
    private readonly JsonWriterOptions _writerOptions;
    private readonly ILogger _logger;
    private LineLog? _log;

    /// <summary>Creates the sink; <see cref="StartAsync"/> opens it.</summary>
    /// <param name="name">Its name in routes, options and logs.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="json">The type's JSON contract, from a source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>. Its encoder is used; indentation is not.</param>
    /// <param name="logger">Says what recovery has cut.</param>
    public FileSink(string name, FileSinkOptions options, JsonTypeInfo<TDocument> json, ILogger<FileSink<TDocument>>? logger = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(json);
        options.Validate(name);
        _options = options;
        _json = json;
        _writerOptions = new() { Encoder = json.Options.Encoder };
        _logger = logger ?? (ILogger)NullLogger.Instance;
    }

    /// <summary>Records in the file.</summary>
    public int Count => _log?.Count ?? 0;

    /// <summary>True when a record with this id is in the file.</summary>
    public bool Contains(MessageId id) => Log.Contains(id);

    private LineLog Log => _log ?? throw new InvalidOperationException($"Sink '{Name}' is not started.");

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">Another process has the file, the file is not a sink's, or it was changed by someone else.</exception>
    public override ValueTask StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_log is not null)
        {
            throw new InvalidOperationException($"Sink '{Name}' is started already.");
        }

        _log = LineLog.Open(_options.Path, _options.Flush);
        if (_log.Cut != (0, 0))
        {
            DataLog.SinkRecovered(_logger, Name, _options.Path, _log.Cut.Bytes, _log.Cut.Records, _log.Count);
        }

        return default;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk has refused the record, for example because it is full; nothing of it is left, and it may be written again.</exception>
    public override ValueTask WriteAsync(SinkRecord record, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (record.Id.IsNone)
        {
            throw new ArgumentException("A sink's record needs a message id.", nameof(record));
        }

        if (Log.Contains(record.Id))
        {
            return default;
        }

        var reader = MessageReader.OfBody(record.Body.Span);
        return WriteValueAsync(record.Id, TDocument.Read(ref reader));
    }

    /// <summary>Writes a value under an id, once.</summary>
    public ValueTask WriteValueAsync(MessageId id, TDocument? value)
    {
        var buffer = BufferPool.Shared.Rent();
        try
        {
            using (var writer = new Utf8JsonWriter(buffer, _writerOptions))
            {
                JsonSerializer.Serialize(writer, value!, _json);
            }

            if (buffer.Length > _options.MaxRecordBytes)
            {
                throw new HighPerfException($"Sink '{Name}': the record {id} has {buffer.Length} bytes of JSON, FileSinkOptions.MaxRecordBytes is {_options.MaxRecordBytes}.");
            }

            if (buffer.Span.Contains((byte)'\n'))
            {
                throw new HighPerfException($"Sink '{Name}': the JSON of record {id} has a line break, which a converter must have written raw.");
            }

            buffer.Write("\n"u8);
            return new ValueTask(Log.AppendAsync(id, buffer.Span));
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_log is not null)
        {
            await _log.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }
}
