using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// Calls that have answers – declare, count, purge – one at a time, on a channel of their own of the consuming connection: the publishing one is not read while the broker
/// is short of memory. Each has a deadline; a channel that an error closed or that answered too late is not used again.
/// </summary>
internal sealed class RabbitMqAdmin(RabbitMqTransport transport, RabbitMqLink link) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stop = new();
    private IChannel? _channel;

    /// <exception cref="OperationInterruptedException">The broker refused; its code and text are in the exception.</exception>
    /// <exception cref="HighPerfException">There is no connection, or no answer in time.</exception>
    public async Task<T> CallAsync<T>(Func<IChannel, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await _turn.WaitAsync(linked.Token).ConfigureAwait(false);
        try
        {
            linked.CancelAfter(transport.Options.CallTimeout);
            if (_channel is not { IsOpen: true })
            {
                var connection = await link.WaitAsync(linked.Token).ConfigureAwait(false);
                _channel = await connection.CreateChannelAsync(cancellationToken: linked.Token).ConfigureAwait(false);
            }

            return await call(_channel, linked.Token).WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (_channel is { } channel)
            {
                _channel = null;
                await ChannelEnd.AbortAsync(channel).ConfigureAwait(false);
            }

            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw _stop.IsCancellationRequested
                    ? new ObjectDisposedException(transport.Name)
                    : new HighPerfException($"RabbitMQ at {transport.Description} did not answer within {transport.Options.CallTimeout.TotalSeconds:0.#} s: {link.LastError?.Message}", exception);
            }

            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        if (_channel is { } channel)
        {
            await ChannelEnd.AbortAsync(channel).ConfigureAwait(false);
        }

        _turn.Dispose();
        _stop.Dispose();
    }
}
