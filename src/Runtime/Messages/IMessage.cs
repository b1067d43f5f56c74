namespace HighPerf;

/// <summary>
/// A declared contract with generated code: implemented by the generator on <c>[Event]</c> and <c>[Document]</c> types, never by hand. Static abstracts, so that
/// nothing boxes and nothing is virtual.
/// </summary>
/// <typeparam name="TSelf">The declared type.</typeparam>
public interface IMessage<TSelf> : IDeclaration
    where TSelf : IMessage<TSelf>
{
    /// <summary>Writes the value: an object header and its members, or null.</summary>
    static abstract void Write(ref MessageWriter writer, in TSelf? value);

    /// <summary>Reads a value; null where null was written.</summary>
    static abstract TSelf? Read(ref MessageReader reader);

    /// <summary>Reads a value that was written under a fingerprint: of this version, or of an earlier one that a method with <see cref="UpcastAttribute"/> reads.</summary>
    static virtual TSelf? Read(ref MessageReader reader, ulong fingerprint) => TSelf.Read(ref reader);

    /// <summary>Writes the value as JSON.</summary>
    static abstract void WriteJson(JsonMessageWriter writer, in TSelf? value);

    /// <summary>Reads a value from JSON.</summary>
    static abstract TSelf? ReadJson(ref JsonMessageReader reader);
}
