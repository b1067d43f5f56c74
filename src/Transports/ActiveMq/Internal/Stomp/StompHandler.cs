namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>Who a connection is for. Called on the connection's own thread, one member at a time; must not block.</summary>
internal abstract class StompHandler
{
    /// <summary>The connection is open for frames; subscriptions are to be said again.</summary>
    public virtual void OnConnected(int epoch)
    {
    }

    /// <summary>A MESSAGE; its headers and body are valid until this returns.</summary>
    public virtual void OnMessage(StompReader frame)
    {
    }

    /// <summary>The connection is gone and its requests are told.</summary>
    public virtual void OnDisconnected(Exception reason)
    {
    }
}
