namespace HighPerf;

/// <summary>Sees every rent and return of a <see cref="BufferPool"/>: tests use one to find leaks, double returns and use after return (returned bytes are overwritten with 0xDD).</summary>
public abstract class BufferPoolTracker
{
    /// <summary>A buffer was rented.</summary>
    public abstract void OnRent(PooledBuffer buffer);

    /// <summary>A buffer was returned; its bytes are still intact during the call.</summary>
    public abstract void OnReturn(PooledBuffer buffer);
}
