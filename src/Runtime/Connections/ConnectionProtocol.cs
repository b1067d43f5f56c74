using System.Buffers;

namespace HighPerf.Connections;

/// <summary>
/// What a wire protocol does on a <see cref="Connection"/>: greets, takes frames off what was received, and knows whether it waits for an answer. The engine calls
/// one member at a time, except that <see cref="OnTick"/> and <see cref="ExpectsBytes"/> come from a timer. Members must not block.
/// </summary>
public abstract class ConnectionProtocol
{
    /// <summary>Where to connect next: the hosts in turn, unless the protocol asks somebody who knows better.</summary>
    /// <param name="hosts">The configured hosts.</param>
    /// <param name="attempt">Attempts so far.</param>
    /// <param name="cancellationToken">Cancelled when the time to connect is over.</param>
    public virtual ValueTask<HostAddress> ChooseHostAsync(IReadOnlyList<HostAddress> hosts, int attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return new ValueTask<HostAddress>(hosts[attempt % hosts.Count]);
    }

    /// <summary>True for a protocol whose first words are plain also where TLS is used: its handshake calls <see cref="ConnectionHandshake.SecureAsync"/>.</summary>
    public virtual bool SecuresInHandshake => false;

    /// <summary>Greets the peer, within <see cref="ConnectionOptions.ConnectTimeout"/>.</summary>
    /// <exception cref="ConnectionRefusedException">The peer answered and refuses.</exception>
    public abstract ValueTask HandshakeAsync(ConnectionHandshake handshake, CancellationToken cancellationToken);

    /// <summary>The connection is open for frames. What is staged here goes first.</summary>
    /// <param name="epoch">Counts connections, from 1. What belongs to another epoch is void (contract D18).</param>
    public virtual void OnConnected(int epoch)
    {
    }

    /// <summary>Takes all whole frames off the front of what was received.</summary>
    /// <returns>The position behind the last whole frame. What is not taken is shown again with more bytes.</returns>
    /// <exception cref="ConnectionProtocolException">The bytes are not the protocol's: the connection is closed.</exception>
    public abstract SequencePosition OnReceived(in ReadOnlySequence<byte> received);

    /// <summary>The connection is gone, nothing can be staged, nothing will be received any more. Called once for each <see cref="OnConnected"/>.</summary>
    public virtual void OnDisconnected(int epoch, Exception reason)
    {
    }

    /// <summary>True while an answer is outstanding: silence then counts towards <see cref="ConnectionOptions.SilenceTimeout"/>.</summary>
    public virtual bool ExpectsBytes => false;

    /// <summary>Nothing was received for <see cref="ConnectionOptions.PingInterval"/>: the moment to stage a ping.</summary>
    public virtual void OnTick()
    {
    }
}
