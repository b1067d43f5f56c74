using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using HighPerf.Connections;

namespace HighPerf.Tests.Connections;

/// <summary>A protocol of lines. Greets with HELLO and wants OK.</summary>
internal sealed class LineProtocol : ConnectionProtocol
{
    private int _ticks;

    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<(int Epoch, Exception Reason)> Losses { get; } = new();

    /// <summary>Counts instead of keeping, for the test of allocations.</summary>
    public bool OnlyCounts { get; init; }

    public int Count;

    public int Ticks => Volatile.Read(ref _ticks);

    public bool IsOwed { get; set; }

    public override bool ExpectsBytes => IsOwed;

    public override async ValueTask HandshakeAsync(ConnectionHandshake handshake, CancellationToken cancellationToken)
    {
        handshake.Output.Write("HELLO\n"u8);
        await handshake.FlushAsync(cancellationToken);
        while (true)
        {
            var received = await handshake.ReadAsync(cancellationToken);
            if (received.PositionOf((byte)'\n') is not { } end)
            {
                handshake.AdvanceTo(received.Start);
                continue;
            }

            var line = Encoding.ASCII.GetString(received.Slice(0, end));
            handshake.AdvanceTo(received.GetPosition(1, end));
            if (line != "OK")
            {
                throw new ConnectionRefusedException($"The peer said {line}.");
            }

            return;
        }
    }

    public override SequencePosition OnReceived(in ReadOnlySequence<byte> received)
    {
        var rest = received;
        while (rest.PositionOf((byte)'\n') is { } end)
        {
            if (!OnlyCounts)
            {
                Lines.Enqueue(Encoding.ASCII.GetString(rest.Slice(0, end)));
            }

            Volatile.Write(ref Count, Count + 1);
            rest = rest.Slice(rest.GetPosition(1, end));
        }

        return rest.Start;
    }

    public override void OnDisconnected(int epoch, Exception reason) => Losses.Enqueue((epoch, reason));

    public override void OnTick() => Interlocked.Increment(ref _ticks);
}
