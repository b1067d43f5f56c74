namespace HighPerf.Transports;

/// <summary>Where an <see cref="EmbeddedTransport"/> keeps its queues and what they survive. Bounds are per queue; messages are in memory and on the disk.</summary>
public sealed class EmbeddedTransportOptions : LocalTransportOptions
{
    /// <summary>A directory of its own on a local disk; created if it is not there. One process at a time has it.</summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// What an accepted message survives: <see cref="DurabilityLevel.Host"/>, the default, waits for the disk; <see cref="DurabilityLevel.Process"/> for the operating system, and
    /// survives a killed process and no failed host. There is no other level.
    /// </summary>
    public DurabilityLevel Durability { get; set; } = DurabilityLevel.Host;

    /// <summary>Bytes of a journal segment; 32 MiB by default. The disk use is below twice the bytes of the messages that are there, and three of these.</summary>
    public int SegmentBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>How long a commit waits for as many publishers as came last time; 200 µs by default, 5 ms at most.</summary>
    public TimeSpan CommitWindow { get; set; } = TimeSpan.FromMicroseconds(200);

    /// <summary>
    /// False, the default: with damage in the middle of the journal the transport does not start, and a report says what is damaged. True: the damaged segment is put aside, and
    /// it starts with every message that can still be read.
    /// </summary>
    public bool OpenDamaged { get; set; }

    /// <summary>
    /// A Unix socket on which other processes of the same user may use this broker (<see cref="EmbeddedClientTransport"/>); null, the default, for none. At most 107 bytes.
    /// </summary>
    public string? Socket { get; set; }

    /// <summary>Most connections on the socket; 64 by default. A client has two.</summary>
    public int MaxClients { get; set; } = 64;

    /// <summary>Bytes that a connection may have out, and as many that it may have published and that are not accepted yet; 64 MiB by default. A client above it is not read from, or not delivered to.</summary>
    public long MaxClientBytes { get; set; } = 64L * 1024 * 1024;
}
