using System.Collections;
using System.ComponentModel;

namespace HighPerf;

/// <summary>A group that was read from a message. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MessageGrouping<TKey, TElement>(TKey key, IEnumerable<TElement> elements) : IGrouping<TKey, TElement>
{
    /// <inheritdoc/>
    public TKey Key => key;

    /// <inheritdoc/>
    public IEnumerator<TElement> GetEnumerator() => elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
