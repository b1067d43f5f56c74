namespace HighPerf.Transports;

/// <summary>What a receiver tells its consumer. Must return quickly and must not throw; may be raised on any thread.</summary>
public abstract class ReceiveSignal
{
    /// <summary>Messages are ready: <see cref="Receiver.TryReceive"/> is worth calling again.</summary>
    public abstract void OnReady();

    /// <summary>
    /// A delivery that is out is nobody's or somebody else's by now: the broker said so when its lease was renewed, or the connection it came by is gone (D6, D18).
    /// Whoever does nothing about it learns it from the settlement's false.
    /// </summary>
    public virtual void OnLeaseLost(Receiver receiver, long token)
    {
    }
}
