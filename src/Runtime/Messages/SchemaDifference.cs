namespace HighPerf.Messages;

/// <summary>
/// What a fingerprint and a body's member count tell about a message of another version: whether it is only longer, and if not, what stands in the way, for whoever looks at
/// what was parked. Reads no values.
/// </summary>
internal static class SchemaDifference
{
    private const int Places = 8;
    private const int VersionShift = 56;

    /// <summary>True if the message is of the version that is known here, with members added behind the known ones.</summary>
    public static bool IsLonger(MessageDescriptor message, ulong fingerprint, ReadOnlySpan<byte> body)
    {
        var known = message.Members.Count;
        return HasPrefixes(message) && CountOf(body) is var count && count > known && VersionOf(fingerprint) == VersionOf(message.Fingerprint)
            && Differing(message, fingerprint, known, count).Count == 0;
    }

    public static string Describe(MessageDescriptor message, ulong fingerprint, ReadOnlySpan<byte> body)
    {
        var kind = message.Kind.ToString().ToLowerInvariant();
        var version = VersionOf(fingerprint);
        if (version != VersionOf(message.Fingerprint))
        {
            return $"The {kind} '{message.Name}' is of version {version} and version {message.Version} is known here"
                + (version < (ulong)message.Version ? $"; a method with [Upcast(from: {version})] reads it, or a worker of that version" : "; a worker of that version reads it");
        }

        var count = HasPrefixes(message) ? CountOf(body) : 0;
        var names = Differing(message, fingerprint, Math.Min(count, message.Members.Count), count);
        var start = $"The {kind} '{message.Name}' was written by another contract of version {version} (fingerprint {fingerprint:x16}, here {message.Fingerprint:x16})";
        return names.Count switch
        {
            0 => $"{start}: its members have other names or types there; compare the contracts.lock of the two",
            1 => $"{start}: the member '{names[0]}' stands in the way, which has another name, type or place there",
            _ => $"{start}: {string.Join(", ", names.Select(static n => $"'{n}'"))} stand in the way, or some of them, which have other names, types or places there",
        };
    }

    // A struct that is encoded as its memory has no member count, and no part of it is a message.
    private static bool HasPrefixes(MessageDescriptor message) => message.Earlier.Count == message.Members.Count;

    private static int CountOf(ReadOnlySpan<byte> body) => body.IsEmpty || body[0] > 249 ? 0 : body[0];

    private static ulong VersionOf(ulong fingerprint) => fingerprint >> VersionShift;

    /// <summary>
    /// Those of the first <paramref name="compared"/> members whose bits in the fingerprint are not what they are here. Bits that members behind them share say nothing.
    /// </summary>
    private static List<string> Differing(MessageDescriptor message, ulong fingerprint, int compared, int count)
    {
        var names = new List<string>();
        if (compared == 0)
        {
            return names;
        }

        var here = compared == message.Members.Count ? message.Fingerprint : message.Earlier[compared];
        for (var i = 0; i < compared; i++)
        {
            var place = i % Places;
            var isShared = Enumerable.Range(compared, count - compared).Any(added => added % Places == place);
            if (!isShared && ((fingerprint >> (4 * place)) & 15) != ((here >> (4 * place)) & 15))
            {
                names.Add(message.Members[i]);
            }
        }

        return names;
    }
}
