using System.Buffers;

namespace HighPerf.Generated.Tests.Fuzzing;

/// <summary>A shape and the valid bytes that inputs are made from.</summary>
internal sealed record FuzzTarget(string Id, byte[] Valid, Func<ReadOnlySequence<byte>, byte[]> Rewrite);
