using System.Net;
using System.Net.Sockets;
using System.Text;
using HighPerf.Connections;
using HighPerf.TestKit;

namespace HighPerf.Tests.Connections;

/// <summary>The other end of a connection, on loopback, doing what a test says.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedPeer() => _listener.Start();

    public HostAddress Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>Accepts and answers the greeting.</summary>
    public async Task<Socket> AcceptAsync()
    {
        var socket = await AcceptSilentlyAsync();
        Assert.Equal("HELLO\n", await ReadAsync(socket, 6));
        await SendAsync(socket, "OK\n");
        return socket;
    }

    /// <summary>Accepts and says nothing.</summary>
    public Task<Socket> AcceptSilentlyAsync() => _listener.AcceptSocketAsync().WaitAsync(Wait.Patience);

    public static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    public static async Task<string> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Wait.Patience);
            Assert.NotEqual(0, more);
            read += more;
        }

        return Encoding.ASCII.GetString(bytes);
    }

    public void Dispose() => _listener.Dispose();
}
