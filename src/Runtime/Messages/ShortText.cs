using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HighPerf.Messages;

/// <summary>Short texts of ASCII characters only, which most members are: narrowed and widened without a call of the general transcoder.</summary>
internal static class ShortText
{
    /// <summary>Longer ones are left to the general transcoder, which wins from about here on.</summary>
    public const int MaxLength = 64;

    /// <summary>True if the text is short and ASCII: then its bytes are in the destination. Otherwise up to as many bytes there hold anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryNarrow(string text, ref byte destination)
    {
        var length = (nuint)text.Length;
        ref var source = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
        if (length > MaxLength)
        {
            return false;
        }

        if (length >= 8)
        {
            // The last eight overlap those before.
            var last = length - 8;
            var seen = Vector128.LoadUnsafe(ref source, last);
            Store(seen, ref destination, last);
            for (nuint i = 0; i < last; i += 8)
            {
                var characters = Vector128.LoadUnsafe(ref source, i);
                seen |= characters;
                Store(characters, ref destination, i);
            }

            return (seen & Vector128.Create((ushort)0xFF80)) == Vector128<ushort>.Zero;
        }

        uint all = 0;
        for (nuint i = 0; i < length; i++)
        {
            uint character = Unsafe.Add(ref source, i);
            all |= character;
            Unsafe.Add(ref destination, i) = (byte)character;
        }

        return all < 0x80;
    }

    /// <summary>True if the bytes are ASCII: then the text is theirs. At least one of them and at most <see cref="MaxLength"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWiden(ReadOnlySpan<byte> bytes, out string text)
    {
        // Nobody else has this string yet: it is filled as string.Create does, which costs the call of a delegate.
        text = new string('\0', bytes.Length);
        ref var source = ref MemoryMarshal.GetReference(bytes);
        ref var destination = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text.AsSpan()));
        var length = (nuint)bytes.Length;
        if (length >= 8)
        {
            var last = length - 8;
            var seen = Load(ref source, last);
            Widen(seen, ref destination, last);
            for (nuint i = 0; i < last; i += 8)
            {
                var characters = Load(ref source, i);
                seen |= characters;
                Widen(characters, ref destination, i);
            }

            return (seen & 0x8080_8080_8080_8080) == 0;
        }

        uint all = 0;
        for (nuint i = 0; i < length; i++)
        {
            uint character = Unsafe.Add(ref source, i);
            all |= character;
            Unsafe.Add(ref destination, i) = (ushort)character;
        }

        return all < 0x80;
    }

    private static ulong Load(ref byte source, nuint at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, at));

    private static void Widen(ulong characters, ref ushort destination, nuint at)
        => Vector128.WidenLower(Vector128.CreateScalarUnsafe(characters).AsByte()).StoreUnsafe(ref destination, at);

    private static void Store(Vector128<ushort> characters, ref byte destination, nuint at)
        => Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, at), Vector128.Narrow(characters, characters).AsUInt64().ToScalar());
}
