namespace HighPerf.Transports.RabbitMq;

/// <summary>Wakes one loop. Set before the loop waits, it does not wait; set often, it is woken once. The loop looks at what it waits for after each wait.</summary>
internal sealed class Wake : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);
    private int _isSet;

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            _semaphore.Release();
        }
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (await _semaphore.WaitAsync(atMost, cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Exchange(ref _isSet, 0);
        }
    }

    public void Dispose() => _semaphore.Dispose();
}
