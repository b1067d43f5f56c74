using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace HighPerf;

/// <summary>A number or another plain value in a message: the key or value of a <see cref="MapView{TKey, TValue}"/>. It converts to the value itself.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly ref struct ValueView<T> : IMessageView<ValueView<T>>
{
    private readonly ref byte _at;

    private ValueView(ref byte at) => _at = ref at;

    /// <summary>The value.</summary>
    /// <exception cref="MessageFormatException">The bytes are no such value.</exception>
    public T Value => MessageReader.LoadValue<T>(ref _at, 0);

    /// <summary>The value.</summary>
    public static implicit operator T(ValueView<T> view) => view.Value;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long LengthAt(ref byte at, long left, int depth) => Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static ValueView<T> ViewAt(ref byte at, long left, int depth, out long length)
    {
        length = Unsafe.SizeOf<T>();
        return length > left ? default : new ValueView<T>(ref at);
    }
}
