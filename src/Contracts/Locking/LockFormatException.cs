using System;

namespace HighPerf.Contracts.Locking;

/// <summary>A line of contracts.lock that is none.</summary>
internal sealed class LockFormatException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
