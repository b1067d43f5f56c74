using System.ComponentModel;
using HighPerf.Journal;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports;

/// <summary>
/// What transports have in common whose queues are in this process's memory, with a journal behind them or without: bounded queues with back-pressure, at-least-once delivery
/// under leases, delays, priorities, ordering keys, expiry and dead letters. Not to be derived from by applications.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class LocalTransport : Transport
{
    private readonly Lock _lock = new();
    private readonly BufferPool _pool;
    private volatile Dictionary<string, LocalQueue> _queues = new(StringComparer.Ordinal);
    private MessageStore? _store;
    private long _deadLettersRefused;
    private bool _disposed;

    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="clock">Leases, delays and expiry follow it; <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    protected LocalTransport(string name, LocalTransportOptions options, TimeProvider? clock, BufferPool? pool)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Clock = clock ?? TimeProvider.System;
        _pool = pool ?? BufferPool.Shared;
    }

    /// <summary>
    /// How often a message could not become a dead letter because <see cref="LocalTransportOptions.MaxDeadLetters"/> were there already. Such a message stays in
    /// its queue and is delivered again later. More than 0 means: look at the dead letters, replay them or take them out.
    /// </summary>
    public long DeadLettersRefused => Interlocked.Read(ref _deadLettersRefused);

    /// <summary>What the journal has done and how large it is; null without one.</summary>
    protected JournalStatistics? JournalStatistics => _store?.Journal.Statistics;

    internal LocalTransportOptions Options { get; }

    internal TimeProvider Clock { get; }

    internal BufferPool Pool => _pool;

    /// <inheritdoc/>
    public override Destination GetDestination(string queue) => GetQueue(queue);

    /// <inheritdoc/>
    public override PooledBuffer Rent() => _pool.Rent();

    /// <inheritdoc/>
    public override ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (destination is LocalQueue queue && ReferenceEquals(queue.Transport, this))
        {
            return queue.PublishAsync(in message, cancellationToken);
        }

        return RejectForeign(destination, in message);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Prefetch is not 1 to 65,536, or the lease is not positive.</exception>
    /// <exception cref="ObjectDisposedException">The transport is disposed.</exception>
    public override ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Prefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Prefetch, LocalReceiver.MaxPrefetch, nameof(ReceiverOptions.Prefetch));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Lease, TimeSpan.Zero, nameof(ReceiverOptions.Lease));
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<Receiver>(GetQueue(queue).Open(options, signal));
    }

    /// <inheritdoc/>
    public override ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken) => new(GetQueue(queue).GetLength());

    /// <inheritdoc/>
    public override ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken) => AfterCommit(GetQueue(queue).Purge(includeDelayed));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken)
        => new(GetQueue(queue).BrowseDeadLetters(max));

    /// <inheritdoc/>
    public override ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken) => AfterCommit(GetQueue(queue).ReplayDeadLetters(max));

    /// <summary>Rejects publishers that wait, disposes receivers, and returns every buffer that is held.</summary>
    public override ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        foreach (var queue in _queues.Values)
        {
            queue.Close();
        }

        Interlocked.Exchange(ref _store, null)?.Dispose();
        return default;
    }

    /// <summary>Opens a journal for the queues and takes over what is in it. Called from <see cref="Transport.StartAsync"/>.</summary>
    /// <returns>What opening found.</returns>
    /// <exception cref="JournalException">Another process has it, or it is damaged.</exception>
    protected async ValueTask<JournalReport> OpenJournalAsync(string directory, RecordJournalOptions options, ILogger? logger)
    {
        var (store, messages) = StoredMessages.Open(directory, options, _pool, logger, Clock);
        foreach (var group in messages.GroupBy(static message => message.Queue, StringComparer.Ordinal))
        {
            GetQueue(group.Key).Attach(store, [.. group]);
        }

        lock (_lock)
        {
            _store = store;
            foreach (var queue in _queues.Values.Where(static queue => queue.Store is null))
            {
                queue.Attach(store, []);
            }
        }

        // The starts of the last process are in the journal by then: the marks are this one's.
        await store.Journal.CommitAsync().ConfigureAwait(false);
        store.Marks.Clear();
        return store.Journal.Report;
    }

    internal void CountRefusedDeadLetter() => Interlocked.Increment(ref _deadLettersRefused);

    private LocalQueue GetQueue(string name)
    {
        if (_queues.TryGetValue(name, out var queue))
        {
            return queue;
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        lock (_lock)
        {
            if (_queues.TryGetValue(name, out queue))
            {
                return queue;
            }

            queue = new LocalQueue(this, name);
            if (_store is { } store)
            {
                queue.Attach(store, []);
            }

            if (_disposed)
            {
                queue.Close();
            }

            // Copied on write: queues are few and found often, and the lookup then needs no lock.
            var queues = new Dictionary<string, LocalQueue>(_queues, StringComparer.Ordinal) { [name] = queue };
            if (ReplyQueue.Is(name))
            {
                RemoveUnused(queues);
            }

            _queues = queues;
            return queue;
        }
    }

    /// <summary>Whoever waited is gone: each new reply queue takes those of ended processes with it, so that they do not add up.</summary>
    private void RemoveUnused(Dictionary<string, LocalQueue> queues)
    {
        var before = Clock.GetUtcNow() - ReplyQueue.UnusedLifetime;
        foreach (var (name, queue) in queues)
        {
            if (ReplyQueue.Is(name) && queue.TryEndUnused(before.UtcTicks))
            {
                queues.Remove(name);
            }
        }
    }

    private ValueTask<T> AfterCommit<T>(T result)
    {
        return _store is { } store ? Await(store.Journal, result) : new ValueTask<T>(result);

        static async ValueTask<T> Await(RecordJournal journal, T result)
        {
            await journal.CommitAsync().ConfigureAwait(false);
            return result;
        }
    }
}
