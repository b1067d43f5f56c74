using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HighPerf.TestKit.Chaos;

/// <summary>
/// A network that misbehaves on demand, between a client and a real server on this machine: latency, jitter, slow drip, cut, black hole, half close, reset, corruption and
/// truncation, each direction by itself. What it does at random follows from a seed.
/// </summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    private static int s_sockets;

    private readonly Socket _listener;
    private readonly EndPoint _server;
    private readonly int _seed;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<ChaosLink, bool> _links = new();
    private readonly Task _accepting;
    private int _accepted;

    private ChaosProxy(Socket listener, EndPoint server, int seed)
    {
        (_listener, _server, _seed) = (listener, server, seed);
        EndPoint = listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to: a free port of the loopback, or a socket beside the server's.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>From the client to the server.</summary>
    public ChaosDirection ToServer { get; } = new();

    /// <summary>From the server to the client.</summary>
    public ChaosDirection ToClient { get; } = new();

    /// <summary>New connections are accepted by the operating system and never answered: a server that is stopped.</summary>
    public bool IgnoresNewConnections { get; set; }

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that are open.</summary>
    public int Open => _links.Count;

    /// <summary>Starts a proxy in front of a server.</summary>
    /// <param name="server">The server, on the loopback or on a Unix socket.</param>
    /// <param name="seed">Of jitter and corruption.</param>
    public static ChaosProxy Start(EndPoint server, int seed = 1)
    {
        if (server is IPEndPoint address && !IPAddress.IsLoopback(address.Address))
        {
            throw new ArgumentException($"{server} is not on the loopback: chaos stays on this machine.", nameof(server));
        }

        var listener = CreateSocket(server);
        listener.Bind(server is IPEndPoint ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint($"{server}.{Interlocked.Increment(ref s_sockets)}"));
        listener.Listen(512);
        return new ChaosProxy(listener, server, seed);
    }

    /// <summary>Cuts both directions, or heals them.</summary>
    public bool IsCut
    {
        get => ToServer.IsCut || ToClient.IsCut;
        set => ToServer.IsCut = ToClient.IsCut = value;
    }

    /// <summary>Ends every connection with RST.</summary>
    public void Reset() => ForEach(static link => link.Reset());

    /// <summary>Ends one direction of every connection (FIN).</summary>
    public void HalfClose(bool towardsServer) => ForEach(link => link.HalfClose(towardsServer));

    /// <summary>Takes back everything that was asked for.</summary>
    public void Heal()
    {
        IgnoresNewConnections = false;
        ToServer.Heal();
        ToClient.Heal();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Heal();
        ForEach(static link => link.Close());
        await Task.WhenAll(_links.Keys.Select(static link => link.Completion));
        _stopped.Dispose();
    }

    private static Socket CreateSocket(EndPoint place) => new(place.AddressFamily, SocketType.Stream, place is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);

    private async Task AcceptAsync()
    {
        var ignored = new List<Socket>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stopped.Token);
                var number = Interlocked.Increment(ref _accepted);
                if (IgnoresNewConnections)
                {
                    ignored.Add(client);
                    continue;
                }

                await ConnectAsync(client, number);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException && _stopped.IsCancellationRequested)
        {
            // The proxy ends.
        }

        ignored.ForEach(static socket => socket.Dispose());
    }

    private async Task ConnectAsync(Socket client, int number)
    {
        var server = CreateSocket(_server);
        if (_server is IPEndPoint)
        {
            client.NoDelay = server.NoDelay = true;
        }

        try
        {
            await server.ConnectAsync(_server, _stopped.Token);
        }
        catch (SocketException)
        {
            // The server is down: the client sees what it would see without a proxy, nearly: a connection that ends at once.
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
            server.Dispose();
            return;
        }

        var link = new ChaosLink(client, server, ToServer, ToClient, _seed + number);
        _links[link] = true;
        _ = RemoveAsync(link);
    }

    private async Task RemoveAsync(ChaosLink link)
    {
        await link.Completion;
        _links.TryRemove(link, out _);
    }

    private void ForEach(Action<ChaosLink> action)
    {
        foreach (var link in _links.Keys)
        {
            action(link);
        }
    }
}
