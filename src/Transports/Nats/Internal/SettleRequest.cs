using System.Threading.Tasks.Sources;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>A settlement on its way, which the server confirms (a double ack), and who waits for it. Pooled by its receiver.</summary>
internal sealed class SettleRequest(NatsReceiver owner) : NatsRequest, IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public long Token;
    public Settlement Settlement;
    public TimeSpan Delay;
    public int Epoch;

    /// <summary>The row's buffer, which stays with it until the settlement ended.</summary>
    public PooledBuffer? Buffer;
    public int Length;

    public ValueTask<bool> Task => new(this, _core.Version);

    /// <summary>Settlements of an earlier connection are not sent (contract D18).</summary>
    public override bool IsVoid(int epoch) => epoch != Epoch;

    public override void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo)
        => WriteSettlement(ref writer, Buffer!.Span[Length..], replyTo, Settlement, Delay);

    public static void WriteSettlement(ref NatsWriter writer, scoped ReadOnlySpan<byte> subject, scoped ReadOnlySpan<byte> replyTo, Settlement settlement, TimeSpan delay)
    {
        if (settlement != Settlement.Release || delay <= TimeSpan.Zero)
        {
            writer.Publish(subject, replyTo, settlement switch
            {
                Settlement.Acknowledge => "+ACK"u8,
                Settlement.Release => "-NAK"u8,
                _ => "+TERM"u8,
            });
            return;
        }

        Span<byte> payload = stackalloc byte[64];
        "-NAK {\"delay\": "u8.CopyTo(payload);
        var at = "-NAK {\"delay\": "u8.Length;
        System.Buffers.Text.Utf8Formatter.TryFormat((long)Math.Min(delay.TotalNanoseconds, 9e18), payload[at..], out var digits);
        at += digits;
        payload[at++] = (byte)'}';
        writer.Publish(subject, replyTo, payload[..at]);
    }

    public override void OnReply(in NatsFrame reply) => owner.EndSettling(this, reply.Status == 0);

    public override void OnLost(Exception reason) => owner.EndSettling(this, isSettled: false);

    public void Complete(bool isSettled) => _core.SetResult(isSettled);

    public bool GetResult(short token)
    {
        var settled = _core.GetResult(token);
        _core.Reset();
        Buffer = null;
        owner.Recycle(this);
        return settled;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
