using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>A request of one command whose reply is wanted as objects: for everything that is not per message. Used once per rent; pooled by its client.</summary>
internal sealed class RespCall : RespRequest, IValueTaskSource<RespValue>
{
    private readonly RespClient _client;

    // Continuations must not run on the thread that reads replies.
    private ManualResetValueTaskSourceCore<RespValue> _core = new() { RunContinuationsAsynchronously = true };
    private object[] _arguments = [];

    public RespCall(RespClient client) => _client = client;

    public ValueTask<RespValue> Task => new(this, _core.Version);

    public void Prepare(object[] arguments) => _arguments = arguments;

    public void Fail(Exception reason) => _core.SetException(reason);

    public override void Write(ref RespWriter writer)
    {
        writer.Command(_arguments.Length);
        foreach (var argument in _arguments)
        {
            switch (argument)
            {
                case string text:
                    writer.Argument(text);
                    break;
                case byte[] bytes:
                    writer.Argument(bytes);
                    break;
                case ReadOnlyMemory<byte> memory:
                    writer.Argument(memory.Span);
                    break;
                default:
                    writer.Argument(Convert.ToInt64(argument, System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    public override void OnReply(int index, ref RespReader reply) => _core.SetResult(RespValue.Read(ref reply));

    public override void OnLost(Exception reason) => _core.SetException(new RedisConnectionException(reason));

    public RespValue GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _arguments = [];
            _client.Return(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
