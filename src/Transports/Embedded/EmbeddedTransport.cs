using HighPerf.Journal;
using HighPerf.Transports.Embedded;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports;

/// <summary>
/// The durable broker inside one process: the queues of the in-memory transport with a journal behind them. A message is accepted when the journal has committed it, an
/// acknowledgement is done when the journal has; what was accepted and not acknowledged is there when the process starts again, in its order, with its deliveries counted.
/// </summary>
public sealed class EmbeddedTransport : LocalTransport
{
    private const int MaxHeadBytes = 1024 * 1024;
    private const int MinStagedBytes = 256 * 1024 * 1024;
    private const int MaxStagedBytes = 1024 * 1024 * 1024;

    private readonly EmbeddedTransportOptions _options;
    private readonly ILogger? _logger;
    private readonly TimeProvider _clock;
    private BrokerServer? _server;

    /// <summary>Creates a transport. Nothing is opened before it is started.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="options">At least the path.</param>
    /// <param name="logger">Says what opening found and what the disk refused; nothing when null.</param>
    /// <param name="clock">Leases, delays and expiry follow it; <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">There is no path, or an option is out of range.</exception>
    public EmbeddedTransport(string name, EmbeddedTransportOptions options, ILogger? logger = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name, options, clock, pool)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Path, $"{nameof(options)}.{nameof(options.Path)}");
        if (options.Durability is not (DurabilityLevel.Host or DurabilityLevel.Process))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Durability, $"{nameof(options.Durability)} is Host or Process: a disk of this host gives nothing else.");
        }

        _options = options;
        _logger = logger;
        _clock = clock ?? TimeProvider.System;
        Capabilities = new TransportCapabilities(
            options.CapacityBytes,
            (TransportFeature.Delay, TransportSupport.Native("any, never early by the application's clock; survives a restart")),
            (TransportFeature.Priority, TransportSupport.Native("8 : 4 : 1")),
            (TransportFeature.OrderingKey, TransportSupport.Native("one at a time per key")),
            (TransportFeature.LeaseRenewal, TransportSupport.Native("by the application's clock; a new process has the messages at once")),
            (TransportFeature.Deduplication, TransportSupport.Impossible("ids are not remembered")),
            (TransportFeature.Expiry, TransportSupport.Native("dropped when they come to the front")),
            (TransportFeature.DeadLetter, TransportSupport.Native($"at most {options.MaxDeadLetters:N0}, in the journal")),
            (TransportFeature.Length, TransportSupport.Native("exact")),
            (TransportFeature.Purge, TransportSupport.Native("exact")),
            (TransportFeature.Browse, TransportSupport.Native("oldest first")));
    }

    /// <inheritdoc/>
    public override string Description => $"embedded in {System.IO.Path.GetFullPath(_options.Path)}";

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public override DurabilityLevel Durability => _options.Durability;

    /// <summary>What opening the journal found; null before the transport is started.</summary>
    public JournalReport? Report { get; private set; }

    /// <summary>What the journal has done and how large it is; null while it is not open.</summary>
    public JournalStatistics? Statistics => JournalStatistics;

    /// <inheritdoc/>
    /// <exception cref="JournalException">Another process has the directory, or the journal is damaged.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var journal = CreateJournalOptions();
        Report = await OpenJournalAsync(_options.Path, journal, _logger).ConfigureAwait(false);
        if (_options.Socket is not null)
        {
            _server = new BrokerServer(this, _options, () => new StateJournal(System.IO.Path.Combine(_options.Path, "state"), CreateJournalOptions(), _logger ?? NullLogger.Instance, _clock));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (Report is not null)
        {
            return base.PublishAsync(destination, in message, cancellationToken);
        }

        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, $"Transport '{Name}' is not started: it has no journal yet, and accepts nothing that it could not keep."));
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private RecordJournalOptions CreateJournalOptions() => new()
    {
        FlushToDisk = _options.Durability == DurabilityLevel.Host,
        SegmentBytes = _options.SegmentBytes,
        CommitWindow = _options.CommitWindow,
        OpenDamaged = _options.OpenDamaged,
        MaxStagedBytes = (int)Math.Clamp(_options.CapacityBytes + MaxHeadBytes, MinStagedBytes, MaxStagedBytes),
    };
}
