using System.Threading.Tasks.Sources;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>A request of the receiving loop, which has one of a kind and awaits it: nothing is allocated per round.</summary>
internal abstract class ReceiveRequest(RedisReceiver receiver) : RespRequest, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>Deliveries that came.</summary>
    public int Received { get; protected set; }

    /// <summary>What Redis said instead; null when it did as asked.</summary>
    public string? Error { get; protected set; }

    /// <summary>True when the connection was lost instead.</summary>
    public bool IsLost { get; private set; }

    protected RedisReceiver Receiver => receiver;

    /// <summary>To be called before each sending.</summary>
    public ValueTask Begin()
    {
        _core.Reset();
        Received = 0;
        Error = null;
        IsLost = false;
        return new ValueTask(this, _core.Version);
    }

    public override void OnReply(int index, ref RespReader reply)
    {
        reply.Read();
        if (reply.IsError)
        {
            Error = reply.Text;
        }
        else
        {
            Parse(ref reply);
            if (Received > 0)
            {
                receiver.OnReceived();
            }
        }

        _core.SetResult(true);
    }

    public override void OnLost(Exception reason)
    {
        IsLost = true;
        _core.SetResult(false);
    }

    /// <summary>The answer's first value was read: its kind and count are known.</summary>
    protected abstract void Parse(ref RespReader reply);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
