namespace HighPerf;

/// <summary>
/// Reads and writes values of a type that is not yours to annotate. Write one as a struct or class with two static methods, and name it with
/// <see cref="FormatterAttribute{TFormatter}"/> on a member, or on the assembly for every member of that type. The calls are direct: nothing is allocated or looked up.
/// </summary>
/// <typeparam name="T">The type; without a nullable annotation: null is a value that a formatter for a reference type may be asked to write.</typeparam>
public interface IMessageFormatter<T>
{
    /// <summary>Writes a value. Reading must consume exactly what is written, and writing takes at least one byte.</summary>
    static abstract void Write(ref MessageWriter writer, T? value);

    /// <summary>Reads a value.</summary>
    /// <exception cref="MessageFormatException">The bytes are no such value. Throw it for anything that your own checks find.</exception>
    static abstract T? Read(ref MessageReader reader);
}
