using System.Buffers;
using System.Text;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>The keys of a queue. They have one hash tag, so that scripts may use them together: one queue is one slot, one node, one core.</summary>
internal sealed class RedisKeys
{
    public const int Count = 8;
    public const int Streams = 4;

    private static readonly string[] s_suffixes = ["r", "h", "n", "l", "d", "dlq", "m", "k"];

    private readonly byte[] _forScripts;
    private readonly byte[] _forReading;

    public RedisKeys(string prefix, string queue)
    {
        Tag = $"{prefix}:{queue}";
        All = [.. s_suffixes.Select(suffix => $"{{{Tag}}}:{suffix}")];
        Room = All[6] + ":room";
        _forScripts = Encode((ref writer) =>
        {
            writer.Argument(Count);
            foreach (var key in All)
            {
                writer.Argument(key);
            }
        });
        _forReading = Encode((ref writer) =>
        {
            for (var i = 0; i < Streams; i++)
            {
                writer.Argument(All[i]);
            }

            for (var i = 0; i < Streams; i++)
            {
                writer.Argument(">"u8);
            }
        });
    }

    private delegate void Write(ref RespWriter writer);

    /// <summary>What decides the slot. Redis takes it up to the first closing brace, if the queue's name has one.</summary>
    public string Tag { get; }

    public int Slot => HashSlot.Of(Tag.Split('}')[0]);

    /// <summary>In the order in which scripts know them.</summary>
    public string[] All { get; }

    public string DeadLetters => All[5];

    /// <summary>The channel that says that there is room again.</summary>
    public string Room { get; }

    /// <summary>Their number and they, as arguments.</summary>
    public ReadOnlySpan<byte> ForScripts => _forScripts;

    /// <summary>The streams and what is wanted of each, as arguments.</summary>
    public ReadOnlySpan<byte> ForReading => _forReading;

    /// <summary>A stream's number (from 1, as scripts count) by its key, of which the last letter is enough.</summary>
    public static int StreamOf(byte lastLetter) => lastLetter switch
    {
        (byte)'r' => 1,
        (byte)'h' => 2,
        (byte)'n' => 3,
        _ => 4,
    };

    /// <summary>The number of the stream of a priority class.</summary>
    public static int StreamOf(MessagePriority priority) => priority switch
    {
        MessagePriority.High => 2,
        MessagePriority.Low => 4,
        _ => 3,
    };

    private static byte[] Encode(Write write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RespWriter(output);
        write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }
}
