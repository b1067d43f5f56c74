namespace HighPerf.State;

/// <summary>
/// The small shared memory of a cluster: workflow graphs, group counts, idempotency keys. Every operation is atomic and idempotent: a duplicate changes nothing
/// and sees what the first one saw.
/// </summary>
public abstract class StateStore : IAsyncDisposable
{
    /// <summary>
    /// True, unless overridden, if all processes that are configured alike see the same values. Where they do not, a workflow's state is in the process that started it, and what
    /// completes elsewhere is reported to it.
    /// </summary>
    public virtual bool IsShared => true;

    /// <summary>Stores a value unless the key exists; true if it was stored.</summary>
    public abstract ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Stores a value, replacing what is there.</summary>
    public abstract ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>The value of a key; null when there is none or its lifetime is over.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a member with its value to a group and returns how many members the group has now. A member that is there already keeps its first value and is not
    /// counted twice: this is what a duplicate completion meets.
    /// </summary>
    public abstract ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>The values of a group ordered by member; empty when there is no such group.</summary>
    public abstract ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes a key or group; true if it was there.</summary>
    public abstract ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken);

    /// <summary>Releases the store.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
