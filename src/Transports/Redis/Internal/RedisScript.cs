using System.Security.Cryptography;
using System.Text;

namespace HighPerf.Transports.Redis;

/// <summary>A script: what all have in common, then its own lines. Called by its hash, and by its text where the server does not know it (any more).</summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Declare = new("declare");
    public static readonly RedisScript Publish = new("publish");
    public static readonly RedisScript Take = new("take");
    public static readonly RedisScript Acknowledge = new("acknowledge");
    public static readonly RedisScript Release = new("release");
    public static readonly RedisScript DeadLetter = new("deadletter");
    public static readonly RedisScript Renew = new("renew");
    public static readonly RedisScript History = new("history");
    public static readonly RedisScript Leave = new("leave");
    public static readonly RedisScript Length = new("length");
    public static readonly RedisScript Purge = new("purge");
    public static readonly RedisScript Replay = new("replay");

    /// <summary>Stands alone: its keys are not those of a queue.</summary>
    public static readonly RedisScript AddMember = new("addmember", isOfQueue: false);

    private RedisScript(string name, bool isOfQueue = true)
    {
        Name = name;
        Body = Encoding.UTF8.GetBytes((isOfQueue ? Read("common") : "") + Read(name));
#pragma warning disable CA5350 // Not for security: it is how Redis names scripts.
        Hash = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Body)));
#pragma warning restore CA5350
    }

    public string Name { get; }

    public byte[] Body { get; }

    public byte[] Hash { get; }

    private static string Read(string name)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(name + ".lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
