using System.Buffers;
using System.Text;

namespace HighPerf.Generated.Tests.Vectors;

/// <summary>A value and the vector that is its bytes.</summary>
/// <param name="Id">The vector.</param>
/// <param name="Write">Writes the value.</param>
/// <param name="Rewrite">Reads bytes and writes what was read.</param>
/// <param name="Expected">Writes what the vector's bytes are read as; null where that is the value itself.</param>
/// <param name="WritesSameBytes">False for vectors in the UTF-16 form, which is read but not written.</param>
/// <param name="IsRefused">Reading is an error.</param>
internal sealed record Case(string Id, Func<byte[]> Write, Func<ReadOnlySequence<byte>, byte[]> Rewrite, Func<byte[]>? Expected, bool WritesSameBytes, bool IsRefused)
{
    /// <summary>Writing is an error.</summary>
    public bool IsUnwritable { get; init; }

    /// <summary>The value, for those who do more with it.</summary>
    public (Type Type, object? Value) Boxed { get; init; }

    /// <summary>Written and read.</summary>
    public static Case Same<T>(string id, T? value)
        => new(id, () => MessageSerializer.Serialize(value), bytes => MessageSerializer.Serialize(MessageSerializer.Deserialize<T>(bytes)), null, true, false) { Boxed = (typeof(T), value) };

    /// <summary>The vector has its strings in UTF-16 form.</summary>
    public static Case Utf16<T>(string id, T? value) => Same(id, value) with { WritesSameBytes = false };

    /// <summary>A text with an unpaired surrogate: read, and not written as UTF-8.</summary>
    public static Case Unwritable(string id, string value)
        => Same(id, value) with
        {
            Rewrite = bytes => Encoding.Unicode.GetBytes(MessageSerializer.Deserialize<string>(bytes)!),
            Expected = () => Encoding.Unicode.GetBytes(value),
            IsUnwritable = true,
        };

    /// <summary>Written as one version, read as another.</summary>
    public static Case Versions<TWritten, TRead>(string id, TWritten? written, TRead? read)
        => new(id, () => MessageSerializer.Serialize(written), Same<TRead>(id, default).Rewrite, () => MessageSerializer.Serialize(read), true, false);

    /// <summary>Written as one version that another does not understand.</summary>
    public static Case Refused<TWritten, TRead>(string id, TWritten? written)
        => Versions<TWritten, TRead>(id, written, default) with { IsRefused = true };
}
