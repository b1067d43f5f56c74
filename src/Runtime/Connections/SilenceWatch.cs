namespace HighPerf.Connections;

/// <summary>
/// Adds up for how long the peer has been silent, from regular looks. A look that comes late counts as two at most: a process that was stopped itself must not take
/// its own pause for the peer's.
/// </summary>
internal sealed class SilenceWatch(TimeProvider clock, TimeSpan interval)
{
    /// <summary>So many bytes of a frame that does not end are a sign of life. Fewer may be the answers to our own pings, taken for the rest of a frame whose length was damaged.</summary>
    private const long EnoughOfAFrame = 256;

    private long _received;
    private long _part;
    private long _seen;
    private long _lookedAt;

    /// <summary>Since something was received.</summary>
    public TimeSpan Quiet { get; private set; }

    /// <summary>Since something was received, as far as an answer was outstanding.</summary>
    public TimeSpan Owed { get; private set; }

    /// <summary>Called when something was received that ends: a frame.</summary>
    public void OnReceived()
    {
        _part = 0;
        Volatile.Write(ref _received, _received + 1);
    }

    /// <summary>Called when something was received that ends nothing.</summary>
    public void OnPart(long bytes)
    {
        _part += bytes;
        if (_part >= EnoughOfAFrame)
        {
            OnReceived();
        }
    }

    public void Reset()
    {
        _lookedAt = clock.GetTimestamp();
        Quiet = Owed = TimeSpan.Zero;
    }

    public void Look(bool expects)
    {
        var now = clock.GetTimestamp();
        var passed = clock.GetElapsedTime(_lookedAt, now);
        passed = passed < interval * 2 ? passed : interval * 2;
        _lookedAt = now;
        var received = Volatile.Read(ref _received);
        if (received != _seen)
        {
            _seen = received;
            Quiet = Owed = TimeSpan.Zero;
            return;
        }

        Quiet += passed;
        Owed = expects ? Owed + passed : TimeSpan.Zero;
    }

    /// <summary>The protocol was asked to ping.</summary>
    public void OnPing() => Quiet = TimeSpan.Zero;
}
