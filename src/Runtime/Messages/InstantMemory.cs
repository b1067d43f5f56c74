using System.Runtime.CompilerServices;

namespace HighPerf.Messages;

/// <summary>The memory of a <see cref="DateTimeOffset"/>, if it is what it was in every version of the runtime so far: minutes in the first two or four bytes, then ticks.</summary>
internal readonly record struct InstantMemory(int Minutes, int Zero, long UtcTicks)
{
    /// <summary>Whether it is. The compiler folds this away.</summary>
    public static readonly bool IsKnown = Unsafe.SizeOf<DateTimeOffset>() == Unsafe.SizeOf<InstantMemory>() && IsSame(-90) && IsSame(840);

    private static bool IsSame(int minutes)
    {
        var expected = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromMinutes(minutes));
        var found = Unsafe.BitCast<InstantMemory, DateTimeOffset>(new InstantMemory(minutes, 0, expected.UtcTicks));
        return found.EqualsExact(expected) && found.DateTime == expected.DateTime;
    }
}
