namespace HighPerf.Scheduling;

/// <summary>The expressions that have names.</summary>
internal static class CronMacros
{
    public const string Known = "@yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly";

    public static string? Expand(string macro) => macro.ToLowerInvariant() switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => null,
    };
}
