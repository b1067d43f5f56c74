namespace HighPerf.Load;

/// <summary>The same commands as a transport's over a bare socket, in windows: no leases, no checks, no retry. What a transport is measured against.</summary>
internal abstract class RawLoop : IDisposable
{
    /// <summary>Publishes so many bodies and waits for every confirmation.</summary>
    public abstract void Publish(int count, string body, int window);

    /// <summary>Receives and acknowledges until nothing is left; says how many.</summary>
    public abstract int Drain(int window);

    public abstract void Dispose();
}
