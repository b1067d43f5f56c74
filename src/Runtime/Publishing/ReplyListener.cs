using HighPerf.Messages;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Publishing;

/// <summary>
/// Takes in the replies of other processes: a reply queue on each broker that this process sent something to whose result it waits for, opened by the first such message. A
/// queue inside this process needs none.
/// </summary>
internal sealed class ReplyListener(PendingResults results, PayloadStore? payloads, BufferPool pool, TimeSpan openTimeout, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Transport, Task<ReplyConsumer>> _opening = [];
    private readonly CancellationTokenSource _stopping = new();
    private volatile Transport[] _listening = [];
    private bool _isDisposed;

    /// <summary>Goes on with a workflow whose state is in this process: the step, its result, or its failure.</summary>
    public Func<ReplyOrigin, ReadOnlyMemory<byte>, Exception?, ValueTask>? OnStep { get; set; }

    public PendingResults Results => results;

    public PayloadStore? Payloads => payloads;

    public BufferPool Pool => pool;

    public ILogger Logger => logger;

    /// <summary>True if replies by this transport arrive.</summary>
    public bool IsListening(Transport transport)
    {
        foreach (var one in _listening)
        {
            if (ReferenceEquals(one, transport))
            {
                return true;
            }
        }

        return transport is InMemoryTransport;
    }

    /// <summary>Opens the reply queue. What goes wrong is told to everybody who asks at that time; who asks later tries again.</summary>
    /// <exception cref="HighPerfException">It could not be opened, or not within the time that a publish has.</exception>
    public async ValueTask ListenAsync(Transport transport, CancellationToken cancellationToken)
    {
        if (IsListening(transport))
        {
            return;
        }

        Task<ReplyConsumer>? opening;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(Publisher));
            if (!_opening.TryGetValue(transport, out opening))
            {
                _opening[transport] = opening = Task.Run(() => OpenAsync(transport), CancellationToken.None);
            }
        }

        try
        {
            await opening.WaitAsync(openTimeout, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var why = exception is TimeoutException ? $"not within {openTimeout.TotalSeconds:0.#} s" : exception.Message;
            throw new HighPerfException($"A result could not come back by {transport.Name}: the reply queue of this process cannot be opened there ({why}).", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<ReplyConsumer>[] opened;
        lock (_lock)
        {
            _isDisposed = true;
            _listening = [];
            opened = [.. _opening.Values];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var one in opened)
        {
            try
            {
                await (await one.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The broker is away; the transport, which is disposed next, ends what is left.
                PublishingLog.ReplyQueueNotClosed(logger, exception);
            }
        }

        _stopping.Dispose();
    }

    private async Task<ReplyConsumer> OpenAsync(Transport transport)
    {
        try
        {
            var consumer = await ReplyConsumer.OpenAsync(this, transport, _stopping.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _listening = [.. _listening, transport];
            }

            return consumer;
        }
        catch
        {
            lock (_lock)
            {
                _opening.Remove(transport);
            }

            throw;
        }
    }
}
