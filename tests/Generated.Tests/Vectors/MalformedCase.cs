using System.Buffers;

namespace HighPerf.Generated.Tests.Vectors;

/// <summary>A malformed input.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Read">Reads it and writes what was read.</param>
/// <param name="Expected">What it is read as, written again; null where it is refused.</param>
internal sealed record MalformedCase(string Id, Func<ReadOnlySequence<byte>, byte[]> Read, byte[]? Expected)
{
    public static MalformedCase Refused<T>(string id) => new(id, Case.Same<T>(id, default).Rewrite, null);

    public static MalformedCase Reads<T>(string id, T? value) => new(id, Case.Same<T>(id, default).Rewrite, MessageSerializer.Serialize(value));
}
