using System.ComponentModel;

namespace HighPerf;

/// <summary>
/// A view over the bytes of a value: implemented by the generator for contracts, and by the views of texts, values and collections. Nothing is allocated; lengths are
/// checked, and what they hold is looked at when it is asked for.
/// </summary>
/// <typeparam name="TSelf">The view.</typeparam>
public interface IMessageView<TSelf>
    where TSelf : IMessageView<TSelf>, allows ref struct
{
    /// <summary>The bytes that the value at a place takes; more than are left where they are no such value. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract long LengthAt(ref byte at, long left, int depth);

    /// <summary>The view of the value at a place, and the bytes that it takes: more than are left where they are no such value. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract TSelf ViewAt(ref byte at, long left, int depth, out long length);
}
