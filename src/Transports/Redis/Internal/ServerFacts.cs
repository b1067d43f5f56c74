using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>What a server's configuration means for messages, asked once at the start.</summary>
internal readonly record struct ServerFacts(DurabilityLevel Level, string Why, string? ConfigRefused)
{
    /// <exception cref="HighPerfException">The server evicts keys: it would drop messages.</exception>
    public static async ValueTask<ServerFacts> AskAsync(RespClient client, RedisTransportOptions options)
    {
        var config = await client.CallAsync("CONFIG", "GET", "append*").ConfigureAwait(false);
        var eviction = await client.CallAsync("CONFIG", "GET", "maxmemory-policy").ConfigureAwait(false);
        if (config.IsError || eviction.IsError)
        {
            return new ServerFacts(Raise(options.AssumedDurability, options), "as assumed", (config.IsError ? config : eviction).Text);
        }

        var policy = eviction.Field("maxmemory-policy")?.Text;
        if (policy is not null and not "noeviction")
        {
            throw new HighPerfException($"Redis evicts keys when memory is full (maxmemory-policy {policy}), which would drop messages. Set it to noeviction: publishers are refused then and nothing is lost.");
        }

        var aof = config.Field("appendonly")?.Text == "yes";
        var sync = config.Field("appendfsync")?.Text;
        var (level, why) = (aof, sync) switch
        {
            (true, "always") => (DurabilityLevel.Host, "appendonly with appendfsync always"),
            (true, "everysec") => (DurabilityLevel.Process, "appendonly with appendfsync everysec; a failed host loses about a second"),
            (true, _) => (DurabilityLevel.Process, $"appendonly with appendfsync {sync}; a failed host loses what its kernel did not write"),
            _ => (DurabilityLevel.Memory, "appendonly is off"),
        };
        return options.WaitReplicas > 0
            ? new ServerFacts(DurabilityLevel.Replicated, $"{why}; WAIT {options.WaitReplicas}", null)
            : new ServerFacts(level, why, null);
    }

    private static DurabilityLevel Raise(DurabilityLevel level, RedisTransportOptions options)
        => options.WaitReplicas > 0 ? DurabilityLevel.Replicated : level;
}
