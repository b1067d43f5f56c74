using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HighPerf.Transports.Nats;

/// <summary>
/// What a queue is made of: a work-queue stream with a subject and a consumer per priority class, per shard of ordering keys and for what is delayed; a stream of dead letters.
/// </summary>
internal sealed class QueueNames
{
    public const int Classes = 3;

    /// <summary>The subject word of what is due soon; what is due later has the hexadecimal minute instead.</summary>
    public const string Near = "near0000";

    private const int MaxReadable = 120;

    private readonly byte[][] _subjects;

    public QueueNames(string prefix, string queue, int shards)
    {
        var name = Encode(queue);
        Stream = $"{prefix}-{name}";
        DeadStream = $"{prefix}-{name}=dead";
        Root = $"{prefix}.q.{name}.";
        DelayRoot = Root + "d.";
        DeadSubject = $"{prefix}.dead.{name}";
        EpochSubject = $"{prefix}.epoch.{name}";
        GiveBackSubject = $"{prefix}.giveback.{name}";
        Lanes = [.. Enumerable.Range(0, Classes + shards).Select(NameOf)];
        _subjects = [.. Lanes.Select(lane => Encoding.ASCII.GetBytes(Root + lane))];
        NearSubject = Encoding.ASCII.GetBytes(DelayRoot + Near);
    }

    public string Stream { get; }

    public string DeadStream { get; }

    public string Root { get; }

    public string DelayRoot { get; }

    public string DeadSubject { get; }

    public string EpochSubject { get; }

    /// <summary>Not of a stream: told to whoever listens.</summary>
    public string GiveBackSubject { get; }

    /// <summary>Consumers' names, which are subjects' last words too: high, normal, low, then the shards.</summary>
    public IReadOnlyList<string> Lanes { get; }

    public byte[] NearSubject { get; }

    /// <summary>Lanes of ordering keys.</summary>
    public int Shards => Lanes.Count - Classes;

    public static string MetaStream(string prefix) => $"{prefix}=meta";

    public static int LaneOf(MessagePriority priority) => priority switch
    {
        MessagePriority.High => 0,
        MessagePriority.Low => 2,
        _ => 1,
    };

    public static string NameOf(int lane) => lane < Classes ? $"p{lane:x2}" : $"k{lane - Classes:x2}";

    /// <summary>A key's lane: the same in every process.</summary>
    public int LaneOf(string key)
    {
        const uint Offset = 2166136261;
        const uint Prime = 16777619;
        var hash = Offset;
        foreach (var character in key)
        {
            hash = (hash ^ character) * Prime;
        }

        return Classes + (int)(hash % (uint)(Lanes.Count - Classes));
    }

    public byte[] Subject(int lane) => _subjects[lane];

    /// <summary>For what is due in that minute since 1970.</summary>
    public string FarSubject(long minute) => DelayRoot + FarName(minute);

    public static string FarName(long minute) => minute.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>A word that streams and subjects may have, different for different queues.</summary>
    public static string Encode(string queue)
    {
        var text = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(queue))
        {
            var character = (char)value;
            if (char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            {
                text.Append(character);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"={value:X2}");
            }
        }

        return text.Length <= MaxReadable ? text.ToString() : string.Concat(text.ToString(0, MaxReadable), "=h", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(queue)), 0, 16));
    }
}
