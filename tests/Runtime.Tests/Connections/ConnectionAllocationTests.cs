using System.Buffers;
using System.Net.Sockets;
using HighPerf.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Tests.Connections;

/// <summary>Nothing is allocated per frame, by any thread of the process: so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(ConnectionAllocationTests), DisableParallelization = true)]
[Collection(nameof(ConnectionAllocationTests))]
public sealed class ConnectionAllocationTests
{
    private const int Bursts = 2_000;
    private const int Burst = 10;

    private long _echoAllocated;

    [Fact]
    public async Task Nothing_is_allocated_per_frame()
    {
        using var peer = new ScriptedPeer();
        var protocol = new LineProtocol { OnlyCounts = true };
        await using var connection = new Connection("test", new ConnectionOptions { Hosts = [peer.Address] }, protocol, NullLogger.Instance);
        connection.Start();
        using var socket = await peer.AcceptAsync();
        await connection.WaitUntilConnectedAsync(default);
        var echo = new Thread(() => Echo(socket));
        echo.Start();
        Exchange(connection, protocol);
        Assert.InRange(Enumerable.Range(0, 5).Min(_ => Exchange(connection, protocol)) / (double)(Bursts * Burst), 0, 0.5);
    }

    /// <summary>Bytes that the process allocated for the bursts, without the echo's.</summary>
    private long Exchange(Connection connection, LineProtocol protocol)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true) - Volatile.Read(ref _echoAllocated);
        for (var i = 0; i < Bursts; i++)
        {
            var expected = Volatile.Read(ref protocol.Count) + Burst;
            for (var j = 0; j < Burst; j++)
            {
                if (connection.BeginWrite(out var output) != WriteAdmission.Admitted)
                {
                    throw new InvalidOperationException("Not admitted.");
                }

                output.Write("twenty bytes of text\n"u8);
                connection.EndWrite();
            }

            while (Volatile.Read(ref protocol.Count) < expected)
            {
                Thread.Sleep(0);
            }
        }

        return GC.GetTotalAllocatedBytes(precise: true) - Volatile.Read(ref _echoAllocated) - before;
    }

    /// <summary>The other end. A socket that was used asynchronously allocates when it waits synchronously; that is counted and not held against the connection.</summary>
    private void Echo(Socket socket)
    {
        var bytes = new byte[64 * 1024];
        try
        {
            for (var count = socket.Receive(bytes); count > 0; count = socket.Receive(bytes))
            {
                Volatile.Write(ref _echoAllocated, GC.GetAllocatedBytesForCurrentThread());
                socket.Send(bytes.AsSpan(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
