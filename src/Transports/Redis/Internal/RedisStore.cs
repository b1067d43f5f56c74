using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Redis;

/// <summary>Keys and values for stores: all keys have one hash tag, so that a cluster keeps a store on one node. Connects when it is used first.</summary>
internal sealed class RedisStore : IAsyncDisposable
{
    // 10,000 years: more is for ever, and Redis adds it to the present.
    private const long MaxLifetime = 315_000_000_000_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly RedisConnector _connector;
    private readonly RedisStoreOptions _options;
    private readonly string _tag;
    private readonly SemaphoreSlim _connecting = new(1);
    private volatile RedisNode? _node;
    private bool _disposed;

    public RedisStore(string name, string address, RedisStoreOptions options, ILogger logger, TimeProvider clock)
    {
        options.Validate();
        _options = options;
        _tag = $"{options.KeyPrefix}:{name}";
        _connector = new RedisConnector(name, RedisAddress.Parse(address), options, logger, clock);
    }

    public string Description => _connector.Description;

    public string KeyOf(string key) => $"{{{_tag}}}:{key}";

    public static long Milliseconds(TimeSpan lifetime) => lifetime == Timeout.InfiniteTimeSpan ? MaxLifetime : (long)Math.Clamp(lifetime.TotalMilliseconds, 1, MaxLifetime);

    /// <summary>Connects; fails after the start's time-out.</summary>
    public async ValueTask<RedisNode> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_node is { } connected)
        {
            return connected;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _node ??= await ConnectAnewAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Calls a command, again after a lost connection where repeating it changes nothing.</summary>
    /// <exception cref="HighPerfException">Redis refused it, or its outcome is unknown.</exception>
    public ValueTask<RespValue> CallAsync(bool repeats, CancellationToken cancellationToken, params object[] command)
        => RunAsync(repeats, node => node.Control.CallAsync(command), cancellationToken);

    public ValueTask<RespValue> CallAsync(RedisScript script, string key, CancellationToken cancellationToken, params object[] arguments)
        => RunAsync(repeats: true, node => node.CallScriptAsync([key], script, arguments), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        _connecting.Release();
        if (_node is { } node)
        {
            await node.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<RespValue> RunAsync(bool repeats, Func<RedisNode, ValueTask<RespValue>> call, CancellationToken cancellationToken)
    {
        var node = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(_options.OperationTimeout, _connector.Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (true)
        {
            try
            {
                await node.Control.Connection.WaitUntilConnectedAsync(linked.Token).ConfigureAwait(false);
                var reply = await call(node).ConfigureAwait(false);
                if (!reply.IsError)
                {
                    return reply;
                }

                if (!node.OnServerError(reply.Text))
                {
                    throw new HighPerfException($"Redis at {Description} refused: {reply.Text}");
                }
            }
            catch (RedisConnectionException) when (repeats)
            {
                // Nothing is changed by doing it twice.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HighPerfException($"Redis at {Description} did not answer within {_options.OperationTimeout.TotalSeconds:0.#} s: {node.Control.Connection.LastError?.Message}");
            }

            await Task.Delay(s_pause, _connector.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<RedisNode> ConnectAnewAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.StartTimeout, _connector.Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var node = new RedisNode(_connector, slot: null, publishesApart: false);
        try
        {
            await node.StartAsync(linked.Token).ConfigureAwait(false);
            if (node.Control.ServerMode != "cluster")
            {
                return node;
            }

            await node.DisposeAsync().ConfigureAwait(false);
            node = new RedisNode(_connector, HashSlot.Of(_tag), publishesApart: false);
            await node.StartAsync(linked.Token).ConfigureAwait(false);
            return node;
        }
        catch (Exception exception)
        {
            await node.DisposeAsync().ConfigureAwait(false);
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new HighPerfException($"Redis at {Description} did not answer within {_options.StartTimeout.TotalSeconds:0.#} s: {node.Control.Connection.LastError?.Message}");
            }

            throw;
        }
    }
}
