using System.Buffers.Binary;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>The messages of a queue that are sent together: one script call, and where it is asked for one WAIT. A queue has one, because it sends one at a time.</summary>
internal sealed class PublishBatch(RedisQueue queue, RedisTransportOptions options) : RespRequest
{
    public const int MaxMessages = 256;
    public const int MaxBytes = 1024 * 1024;

    private readonly PublishRequest[] _requests = new PublishRequest[MaxMessages];
    private readonly byte[] _letters = new byte[MaxMessages];
    private readonly int _waitReplicas = options.WaitReplicas;
    private int _bytes;
    private string? _error;

    public int Count { get; private set; }

    /// <summary>Timestamp.</summary>
    public long BeganAt { get; set; }

    /// <summary>True sends the script's text.</summary>
    public bool ByText { get; set; }

    public ReadOnlySpan<PublishRequest> Requests => _requests.AsSpan(0, Count);

    public ReadOnlySpan<byte> Letters => _letters.AsSpan(0, Count);

    public override int Replies => _waitReplicas > 0 ? 2 : 1;

    public bool TryAdd(PublishRequest request)
    {
        var length = request.Message.Bytes.Length;
        if (Count == MaxMessages || (Count > 0 && _bytes + length > MaxBytes))
        {
            return false;
        }

        _requests[Count++] = request;
        _bytes += length;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_requests, 0, Count);
        Count = _bytes = 0;
        ByText = false;
    }

    public override void Write(ref RespWriter writer)
    {
        const int Fixed = 4;
        const int Each = 6;
        writer.Command(3 + RedisKeys.Count + Fixed + (Each * Count));
        queue.WriteScript(ref writer, RedisScript.Publish, ByText);
        writer.Argument(options.Capacity);
        writer.Argument(options.CapacityBytes);
        writer.Argument((long)options.DeduplicationWindow.TotalMilliseconds);
        writer.Argument(Count);
        Span<byte> id = stackalloc byte[16 + sizeof(ushort)];
        foreach (var request in Requests)
        {
            ref var message = ref request.Message;
            writer.Argument(RedisKeys.StreamOf(message.Priority) + (message.IsFollowUp ? 10 : 0));
            writer.Argument(Microseconds(message.NotBeforeTicks));
            writer.Argument(Microseconds(message.ExpiresTicks));
            writer.Argument(message.OrderingKey ?? "");
            if (options.DeduplicationWindow > TimeSpan.Zero)
            {
                message.Id.WriteTo(id);
                BinaryPrimitives.WriteUInt16LittleEndian(id[16..], message.Attempt);
                writer.Argument(id);
            }
            else
            {
                writer.Argument(default(ReadOnlySpan<byte>));
            }

            writer.Argument(message.Bytes.Span);
        }

        if (_waitReplicas > 0)
        {
            writer.Command(3);
            writer.Argument("WAIT"u8);
            writer.Argument(_waitReplicas);
            writer.Argument((long)options.WaitTimeout.TotalMilliseconds);
        }
    }

    public override void OnReply(int index, ref RespReader reply)
    {
        if (index == 0)
        {
            reply.Read();
            _error = reply.IsError ? reply.Text : reply.Bytes.Length == Count ? null : "ERR an answer of another length";
            if (_error is null)
            {
                System.Buffers.BuffersExtensions.CopyTo(reply.Bytes, _letters);
            }
        }

        if (index == Replies - 1)
        {
            var replicas = index > 0 ? reply.ReadInteger() : 0;
            queue.OnAnswer(_error, replicas < _waitReplicas ? $"{replicas} of {_waitReplicas} replicas have it after {options.WaitTimeout.TotalMilliseconds:0} ms." : null);
        }
    }

    public override void OnLost(Exception reason) => queue.OnLost($"The connection was lost before Redis answered: {reason.Message}");

    /// <summary>Since 1970; rounded up, because early is worse than late.</summary>
    private static long Microseconds(long utcTicks) => utcTicks == 0 ? 0 : Math.Max(1, (utcTicks - DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond);
}
