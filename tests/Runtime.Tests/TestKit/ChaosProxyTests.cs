using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HighPerf.TestKit;
using HighPerf.TestKit.Chaos;

namespace HighPerf.Tests.TestKit;

/// <summary>The network that misbehaves does what it is asked for, and nothing else.</summary>
public sealed class ChaosProxyTests : IAsyncLifetime
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private ChaosProxy _proxy = null!;
    private Task _echoing = Task.CompletedTask;

    public Task InitializeAsync()
    {
        _server.Start();
        _proxy = ChaosProxy.Start((IPEndPoint)_server.LocalEndpoint);
        _echoing = EchoAsync();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _stopped.CancelAsync();
        _server.Stop();
        await _echoing;
        Assert.Equal(0, _proxy.Open);
    }

    [Fact]
    public async Task WithoutChaosItIsAWire()
    {
        using var client = await ConnectAsync();
        var sent = new byte[300_000];
        new Random(3).NextBytes(sent);
        var receiving = ReadAsync(client, sent.Length);
        await client.SendAsync(sent);
        Assert.Equal(sent, await receiving);
    }

    [Fact]
    public async Task LatencyAndJitterDelayAndKeepTheOrder()
    {
        _proxy.ToServer.Latency = TimeSpan.FromMilliseconds(60);
        _proxy.ToServer.Jitter = TimeSpan.FromMilliseconds(30);
        using var client = await ConnectAsync();
        var started = Stopwatch.GetTimestamp();
        for (byte i = 0; i < 20; i++)
        {
            await client.SendAsync(new[] { i });
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => (byte)i), await ReadAsync(client, 20));
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public async Task ACutHoldsBackAndLosesNothing()
    {
        using var client = await ConnectAsync();
        _proxy.ToClient.IsCut = true;
        await client.SendAsync("held"u8.ToArray());
        await Wait.UntilAsync(() => _proxy.ToServer.Forwarded == 4);
        var receiving = ReadAsync(client, 4);
        Assert.Equal(0, _proxy.ToClient.Forwarded);
        Assert.False(receiving.IsCompleted);
        _proxy.IsCut = false;
        Assert.Equal("held"u8.ToArray(), await receiving);
    }

    [Fact]
    public async Task ABlackHoleSwallows()
    {
        using var client = await ConnectAsync();
        _proxy.ToServer.IsBlackHole = true;
        await client.SendAsync("gone"u8.ToArray());
        await Wait.UntilAsync(() => _proxy.ToServer.Swallowed == 4);
        _proxy.Heal();
        await client.SendAsync("here"u8.ToArray());
        Assert.Equal("here"u8.ToArray(), await ReadAsync(client, 4));
    }

    [Fact]
    public async Task ResetIsAReset()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("a"u8.ToArray());
        await ReadAsync(client, 1);
        _proxy.Reset();
        var exception = await Assert.ThrowsAsync<SocketException>(() => ReadAsync(client, 1));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [Fact]
    public async Task HalfCloseEndsOneDirection()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("a"u8.ToArray());
        await ReadAsync(client, 1);
        _proxy.HalfClose(towardsServer: false);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        await client.SendAsync("still"u8.ToArray());
        await Wait.UntilAsync(() => _proxy.ToServer.Forwarded == 6);
    }

    [Fact]
    public async Task CorruptionFlipsSingleBits()
    {
        _proxy.ToServer.CorruptOneBitIn = 100;
        using var client = await ConnectAsync();
        var received = ReadAsync(client, 10_000);
        await client.SendAsync(new byte[10_000]);
        var flipped = (await received).Where(static b => b != 0).ToList();
        Assert.InRange(flipped.Count, 20, 400);
        Assert.Equal(_proxy.ToServer.Corruptions, flipped.Count);
        Assert.All(flipped, static b => Assert.Equal(1, System.Numerics.BitOperations.PopCount(b)));
    }

    [Fact]
    public async Task TruncationEndsInTheMiddle()
    {
        _proxy.ToClient.TruncateAfter = 5;
        using var client = await ConnectAsync();
        await client.SendAsync("0123456789"u8.ToArray());
        Assert.Equal("01234"u8.ToArray(), await ReadAsync(client, 5));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task ADripIsSlow()
    {
        _proxy.ToServer.DripBytesPerSecond = 1000;
        using var client = await ConnectAsync();
        var started = Stopwatch.GetTimestamp();
        await client.SendAsync(new byte[300]);
        await ReadAsync(client, 300);

        // Two pauses of 100 ms; timers go by a clock that may step in 10 ms.
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task AStoppedServerAcceptsAndSaysNothing()
    {
        _proxy.IgnoresNewConnections = true;
        using var client = await ConnectAsync();
        await client.SendAsync("a"u8.ToArray());
        await Wait.UntilAsync(() => _proxy.Accepted == 1);
        Assert.Equal(0, _proxy.Open);
        Assert.Equal(0, _proxy.ToServer.Forwarded);
    }

    [Fact]
    public void ChaosStaysOnThisMachine()
        => Assert.Throws<ArgumentException>(static () => ChaosProxy.Start(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80)));

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(_proxy.EndPoint);
        return client;
    }

    private static async Task<byte[]> ReadAsync(Socket client, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await client.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Wait.Patience);
            Assert.NotEqual(0, more);
            read += more;
        }

        return bytes;
    }

    private async Task EchoAsync()
    {
        var echoes = new List<Task>();
        try
        {
            while (true)
            {
                echoes.Add(EchoAsync(await _server.AcceptSocketAsync(_stopped.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }

        await Task.WhenAll(echoes);
    }

    private async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await socket.ReceiveAsync(buffer, SocketFlags.None, _stopped.Token) is > 0 and var count)
                {
                    for (var sent = 0; sent < count;)
                    {
                        sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, _stopped.Token);
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The connection was ended by the test.
            }
        }
    }
}
