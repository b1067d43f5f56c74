using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HighPerf.Messages;

/// <summary>
/// Asks the processor to fetch a message's memory before it is needed. A message changes processors on its way, and each of its cache lines that is waited for costs
/// as much as the rest of its handling; fetched side by side they cost little. Does nothing on processors without the instruction.
/// </summary>
internal static class CacheHint
{
    private const int Line = 64;

    /// <summary>Fetches the cache line of a reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch(ref byte at)
    {
        if (Sse.IsSupported)
        {
            // The address is a hint and not used to access memory: if the collector moves the object meanwhile, the hint is wasted and nothing else.
            Sse.Prefetch0(Unsafe.AsPointer(ref at));
        }
    }

    /// <summary>Fetches the first three cache lines of a reference: envelope and body of a small message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchMessage(ref byte at)
    {
        Fetch(ref at);
        Fetch(ref Unsafe.Add(ref at, Line));
        Fetch(ref Unsafe.Add(ref at, 2 * Line));
    }
}
