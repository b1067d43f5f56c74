namespace HighPerf.Transports;

/// <summary>A queue of a transport, resolved once. Transports derive from it to keep what they need for publishing there.</summary>
public abstract class Destination
{
    /// <summary>Creates a destination.</summary>
    protected Destination(Transport transport, string queue)
    {
        Transport = transport;
        Queue = queue;
    }

    /// <summary>The transport.</summary>
    public Transport Transport { get; }

    /// <summary>The queue's name.</summary>
    public string Queue { get; }

    /// <summary><c>transport/queue</c>.</summary>
    public override string ToString() => $"{Transport.Name}/{Queue}";
}
