using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// What a queue is made of at the broker. Places, where messages are ready: one queue per class, then one per shard of ordering keys. The dead letters. The levels of delays:
/// level k holds for 2^k units, and hands on.
/// </summary>
internal sealed class RabbitMqNames
{
    public const int High = 0;
    public const int Normal = 1;
    public const int Low = 2;
    public const int FirstShard = 3;

    private readonly string _queue;
    private readonly int _shards;

    public RabbitMqNames(string queue, int shards)
    {
        _queue = queue;
        _shards = shards;
        Places = [queue + ":high", queue, queue + ":low", .. Enumerable.Range(0, shards).Select(i => string.Create(CultureInfo.InvariantCulture, $"{queue}:key{i}"))];
        Keys = Array.ConvertAll(Places, static place => new CachedString(place));
        Dead = queue + ":dead";
        DeadKey = new CachedString(Dead);
        Due = queue + ":due";
    }

    public string[] Places { get; }

    /// <summary>The places as routing keys of the default exchange.</summary>
    public CachedString[] Keys { get; }

    public string Dead { get; }

    public CachedString DeadKey { get; }

    /// <summary>The exchange behind the last level: from here a message goes to its place.</summary>
    public string Due { get; }

    /// <summary>The queue of a level, and the exchange before it.</summary>
    public string Level(int level) => string.Create(CultureInfo.InvariantCulture, $"{_queue}:delay{level}");

    public int PlaceOf(string? key, MessagePriority priority)
    {
        if (key is not null)
        {
            return FirstShard + (int)(Hash(key) % (uint)_shards);
        }

        return priority switch { MessagePriority.High => High, MessagePriority.Low => Low, _ => Normal };
    }

    /// <summary>A routing key through the levels: the place, then a bit per level from the lowest; <c>p1.1.0.1</c> is for place 1 and waits four units, then one.</summary>
    public static string RouteOf(int place, long units)
    {
        var route = new StringBuilder("p").Append(place);
        for (; units > 0; units >>= 1)
        {
            route.Append((units & 1) == 0 ? ".0" : ".1");
        }

        return route.ToString();
    }

    /// <summary>A stable hash: all processes and versions agree on a key's shard. FNV-1a over UTF-16, finished with a mixer.</summary>
    private static uint Hash(string key)
    {
        var hash = 2_166_136_261u;
        foreach (var letter in key)
        {
            hash = (hash ^ letter) * 16_777_619u;
        }

        hash ^= hash >> 16;
        hash *= 0x85EB_CA6B;
        return hash ^ (hash >> 13);
    }
}
