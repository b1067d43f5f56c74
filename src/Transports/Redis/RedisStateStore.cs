using HighPerf.Transports;
using HighPerf.Transports.Redis;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.State;

/// <summary>
/// Shared state in Redis: strings for values, hashes for groups, with the server's expiry. What survives is what the server is configured for. All keys are in one slot: in a
/// cluster the store is on one node. Operations are repeated after a lost connection where that changes nothing.
/// </summary>
public sealed class RedisStateStore : StateStore
{
    private readonly RedisStore _store;

    /// <summary>Creates a store, which connects when it is used first.</summary>
    /// <param name="address"><c>redis[s]://[user:password@]host[:port][,host[:port]][/database][?master=NAME]</c>.</param>
    /// <param name="options">Prefix and connection; the defaults when null.</param>
    /// <param name="logger">Told of connections.</param>
    /// <param name="clock">Time-outs follow it, lifetimes the server's clock; <see cref="TimeProvider.System"/> when null.</param>
    public RedisStateStore(string address, RedisStoreOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
        => _store = new RedisStore("state", address, options ?? new RedisStoreOptions(), logger ?? NullLogger.Instance, clock ?? TimeProvider.System);

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">Redis refused, or the connection was lost and nobody knows whether the value was stored.</exception>
    public override async ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Check(key, lifetime);

        // Not repeated: a second try would find the first one's value and take it for somebody else's.
        return !(await _store.CallAsync(repeats: false, cancellationToken, "SET", _store.KeyOf(key), value, "NX", "PX", RedisStore.Milliseconds(lifetime)).ConfigureAwait(false)).IsNull;
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">Redis refused, or did not answer in time.</exception>
    public override async ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Check(key, lifetime);
        await _store.CallAsync(repeats: true, cancellationToken, "SET", _store.KeyOf(key), value, "PX", RedisStore.Milliseconds(lifetime)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a group, Redis refused, or it did not answer in time.</exception>
    public override async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var reply = await _store.CallAsync(repeats: true, cancellationToken, "GET", _store.KeyOf(key)).ConfigureAwait(false);
        return reply.IsNull ? default(ReadOnlyMemory<byte>?) : reply.Bytes;
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a value, Redis refused, or it did not answer in time.</exception>
    public override async ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        Check(key, lifetime);
        return (int)(await _store.CallAsync(RedisScript.AddMember, _store.KeyOf(key), cancellationToken, member, value, RedisStore.Milliseconds(lifetime)).ConfigureAwait(false)).Integer;
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a value, Redis refused, or it did not answer in time.</exception>
    public override async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var items = (await _store.CallAsync(repeats: true, cancellationToken, "HGETALL", _store.KeyOf(key)).ConfigureAwait(false)).Items;
        var members = new List<(long Member, RespValue Value)>(items.Length / 2);
        for (var i = 0; i + 1 < items.Length; i += 2)
        {
            members.Add((items[i].Integer, items[i + 1]));
        }

        members.Sort(static (a, b) => a.Member.CompareTo(b.Member));
        return members.ConvertAll(static member => (ReadOnlyMemory<byte>)member.Value.Bytes);
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">Redis refused, or the connection was lost and nobody knows whether the key was there.</exception>
    public override async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (await _store.CallAsync(repeats: false, cancellationToken, "DEL", _store.KeyOf(key)).ConfigureAwait(false)).Integer > 0;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private static void Check(string key, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (lifetime <= TimeSpan.Zero && lifetime != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A lifetime is positive, or Timeout.InfiniteTimeSpan.");
        }
    }
}
