using HighPerf.Transports;
using HighPerf.Transports.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Data;

/// <summary>Keeps results in Redis for a while, by the message id of the command that produced them. The first one of an id stays.</summary>
public sealed class RedisResultStore : Sink
{
    private readonly RedisStore _store;
    private readonly long _lifetime;

    /// <summary>Creates a store that is not started.</summary>
    /// <param name="name">Its name in result rules.</param>
    /// <param name="address"><c>redis[s]://[user:password@]host[:port][,host[:port]][/database][?master=NAME]</c>.</param>
    /// <param name="options">Prefix, lifetime and connection; the defaults when null.</param>
    /// <param name="logger">Told of connections.</param>
    /// <param name="clock">Time-outs follow it, lifetimes the server's clock; <see cref="TimeProvider.System"/> when null.</param>
    public RedisResultStore(string name, string address, RedisStoreOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
        : base(name)
    {
        options ??= new RedisStoreOptions();
        _store = new RedisStore("results", address, options, logger ?? NullLogger.Instance, clock ?? TimeProvider.System);
        _lifetime = RedisStore.Milliseconds(options.ResultLifetime);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">No server answers, or it refuses the login.</exception>
    public override async ValueTask StartAsync(CancellationToken cancellationToken) => await _store.ConnectAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">Redis refused, or did not answer in time.</exception>
    public override async ValueTask WriteAsync(SinkRecord record, CancellationToken cancellationToken)
        => await _store.CallAsync(repeats: true, cancellationToken, "SET", _store.KeyOf(record.Id.ToString()), record.Body, "NX", "PX", _lifetime).ConfigureAwait(false);

    /// <summary>The encoded body of a result; null when there is none (any more).</summary>
    /// <exception cref="HighPerfException">Redis refused, or did not answer in time.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(MessageId id, CancellationToken cancellationToken)
    {
        var reply = await _store.CallAsync(repeats: true, cancellationToken, "GET", _store.KeyOf(id.ToString())).ConfigureAwait(false);
        return reply.IsNull ? default(ReadOnlyMemory<byte>?) : reply.Bytes;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _store.DisposeAsync();
}
