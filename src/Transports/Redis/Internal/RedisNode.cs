using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>
/// The connections to where keys are: one for all without a cluster, one per queue in one. Control is for everything but blocking reads, and, where replicas are waited for,
/// publishing: both stop a connection.
/// </summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly RedisConnector _connector;
    private readonly int? _slot;
    private readonly RespClient? _publishing;

    public RedisNode(RedisConnector connector, int? slot, bool publishesApart)
    {
        _connector = connector;
        _slot = slot;
        Control = connector.CreateClient("control", slot);
        _publishing = publishesApart ? connector.CreateClient("publish", slot) : null;
    }

    public RespClient Control { get; }

    public RespClient Publishing => _publishing ?? Control;

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        Control.Connection.Start();
        _publishing?.Connection.Start();
        await Control.Connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
        await Publishing.Connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
    }

    public RespClient CreateReceiveClient() => _connector.CreateClient("receive", _slot);

    /// <summary>Calls a script that is not per message; errors are values. By its text when the server does not know it.</summary>
    public async ValueTask<RespValue> CallScriptAsync(string[] keys, RedisScript script, params object[] arguments)
    {
        object[] call = ["EVALSHA", script.Hash, keys.Length, .. keys, .. arguments];
        var reply = await Control.CallAsync(call).ConfigureAwait(false);
        if (reply.IsError && reply.Text.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            (call[0], call[1]) = ("EVAL", script.Body);
            reply = await Control.CallAsync(call).ConfigureAwait(false);
        }

        return reply;
    }

    /// <summary>True when the server says that it did nothing and that another one, or a later moment, is right. A server that is wrong for good is left.</summary>
    public bool OnServerError(string error)
    {
        if (Begins(error, "MOVED") || Begins(error, "READONLY") || Begins(error, "MASTERDOWN"))
        {
            var reason = new HighPerfException($"The server is not the right one any more: {error}");
            Control.Connection.Abort(reason);
            _publishing?.Connection.Abort(reason);
            return true;
        }

        return Begins(error, "ASK") || Begins(error, "TRYAGAIN") || Begins(error, "CLUSTERDOWN") || Begins(error, "LOADING");

        static bool Begins(string error, string code) => error.StartsWith(code, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync().ConfigureAwait(false);
        if (_publishing is not null)
        {
            await _publishing.DisposeAsync().ConfigureAwait(false);
        }
    }
}
