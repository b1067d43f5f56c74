using System.Collections;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace HighPerf;

/// <summary>A lookup that was read from a message: its groups in the order in which they came. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Naming", "CA1710", Justification = "It is the lookup that users asked for.")]
public sealed class MessageLookup<TKey, TElement> : ILookup<TKey, TElement>
    where TKey : notnull
{
    private readonly Dictionary<TKey, IGrouping<TKey, TElement>> _groups = [];
    private readonly List<IGrouping<TKey, TElement>> _ordered = [];

    /// <inheritdoc/>
    public int Count => _ordered.Count;

    /// <inheritdoc/>
    public IEnumerable<TElement> this[TKey key] => _groups.TryGetValue(key, out var group) ? group : [];

    /// <summary>Adds a group; false where the key is null or there already.</summary>
    public bool TryAdd(IGrouping<TKey, TElement>? group)
    {
        if (group is null || group.Key is null || !_groups.TryAdd(group.Key, group))
        {
            return false;
        }

        _ordered.Add(group);
        return true;
    }

    /// <inheritdoc/>
    public bool Contains(TKey key) => _groups.ContainsKey(key);

    /// <inheritdoc/>
    public IEnumerator<IGrouping<TKey, TElement>> GetEnumerator() => _ordered.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
