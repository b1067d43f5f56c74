using System.ComponentModel;

namespace HighPerf;

/// <summary>The formatter of a declared contract. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ContractFormatter<T> : MessageFormatter<T>
    where T : IMessage<T>
{
    /// <inheritdoc/>
    public override void Write(ref MessageWriter writer, in T? value) => T.Write(ref writer, value);

    /// <inheritdoc/>
    public override T? Read(ref MessageReader reader) => T.Read(ref reader);
}
