using System.Text;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>What is known of a declared message at compile time. One instance per declaration.</summary>
public sealed class MessageDescriptor
{
    /// <summary>Creates the descriptor; generated code does.</summary>
    /// <param name="kind">Command, event or document.</param>
    /// <param name="name">Wire name, at most 256 bytes of UTF-8.</param>
    /// <param name="fingerprint">64-bit fingerprint of the canonical member list.</param>
    /// <exception cref="ArgumentException">The name is empty or too long: every reader would take the message for damaged.</exception>
    public MessageDescriptor(MessageKind kind, string name, ulong fingerprint)
    {
        Kind = kind;
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        if (Utf8Name.Length is 0 or > EnvelopeLimits.MaxNameBytes)
        {
            throw new ArgumentException($"The wire name '{name}' takes {Utf8Name.Length} bytes of UTF-8; 1 to {EnvelopeLimits.MaxNameBytes} are allowed.", nameof(name));
        }

        Hash = WireHash.Of(Utf8Name);
        Fingerprint = fingerprint;
    }

    /// <summary>Command, event or document.</summary>
    public MessageKind Kind { get; }

    /// <summary>Wire name: explicit or derived from the declaration, stable, never a CLR name.</summary>
    public string Name { get; }

    /// <summary>The wire name's UTF-8 bytes.</summary>
    public byte[] Utf8Name { get; }

    /// <summary>64-bit hash of the wire name (<see cref="WireHash"/>).</summary>
    public ulong Hash { get; }

    /// <summary>
    /// 64-bit fingerprint: version in the upper 8 bits, 24 bits of a hash of name and members, eight times 4 bits of every eighth member. Never 0, which in an envelope
    /// means that the publisher does not know.
    /// </summary>
    public ulong Fingerprint { get; }

    /// <summary>The declared version of the members; 1 by default.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The members' names in messages, in the order of the bytes; empty where they are not known.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Fingerprints of the first 0, 1, 2, … members: what this version wrote before members were added to it.</summary>
    public IReadOnlyList<ulong> Earlier { get; init; } = [];

    /// <summary>Fingerprints of the earlier versions that methods with <see cref="UpcastAttribute"/> read.</summary>
    public IReadOnlyList<ulong> Upcasts { get; init; } = [];

    /// <summary>The descriptor of a declared type.</summary>
    public static MessageDescriptor Of<T>()
        where T : IDeclaration
        => T.Descriptor;

    /// <summary>True if a message with this fingerprint can be read here; true for 0, of which nothing is known.</summary>
    public bool Reads(ulong fingerprint)
        => fingerprint == Fingerprint || fingerprint == 0 || Earlier.Contains(fingerprint) || Upcasts.Contains(fingerprint);

    /// <summary>True if a message can be read here: by its fingerprint, or because a newer writer of the same version only added members at the end.</summary>
    internal bool Reads(ulong fingerprint, ReadOnlySpan<byte> body) => Reads(fingerprint) || SchemaDifference.IsLonger(this, fingerprint, body);

    /// <summary>The same message under a former name.</summary>
    public MessageDescriptor Under(string name) => new(Kind, name, Fingerprint) { Version = Version, Members = Members, Earlier = Earlier, Upcasts = Upcasts };
}
