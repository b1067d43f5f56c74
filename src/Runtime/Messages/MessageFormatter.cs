using System.ComponentModel;

namespace HighPerf;

/// <summary>Reading and writing of one type, as <see cref="MessageSerializer"/> finds it. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MessageFormatter<T>
{
    /// <summary>Writes a value.</summary>
    public abstract void Write(ref MessageWriter writer, in T? value);

    /// <summary>Reads a value.</summary>
    public abstract T? Read(ref MessageReader reader);
}
