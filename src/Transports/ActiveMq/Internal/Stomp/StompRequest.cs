namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>One or several frames of which the last has a receipt: what they ask for is done when it comes. Told once of its end, by one of three members.</summary>
internal abstract class StompRequest
{
    /// <summary>Writes the frames; under the connection's write lock.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="receipt">The receipt that the last frame asks for.</param>
    public abstract void Write(StompWriter writer, long receipt);

    /// <summary>The broker has done it.</summary>
    public abstract void OnReceipt();

    /// <summary>The broker refuses it, in its words.</summary>
    public abstract void OnRefused(string reason);

    /// <summary>The connection was lost before the receipt came: nobody knows.</summary>
    public abstract void OnLost(Exception reason);
}
