namespace HighPerf.Transports.Kafka;

/// <summary>
/// How long messages wait in which partition of the topic of what waits: 0.25 s · 4^partition, up to 4,096 s. In each, all wait equally long, so the first is the first that is due, and nothing is
/// held in memory but that one. What has longer to wait goes on to the next partition that is short enough, or into the same again: also a delay of weeks moves every hour or so, and no
/// retention reaches it.
/// </summary>
internal static class Waits
{
    /// <summary>Partitions of the topic.</summary>
    public const int Levels = 8;

    /// <summary>What a wait may differ from what is left: the message goes on when it is due.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>The wait of a partition.</summary>
    public static TimeSpan Of(int level) => s_shortest * Math.Pow(4, level);

    /// <summary>When what came into a partition goes on, in UTC ticks: after its wait, or when it is due where that is not far from it.</summary>
    public static long Until(long since, int level, long due)
    {
        var end = since + Of(level).Ticks;
        return due <= end + s_slack.Ticks ? due : end;
    }

    /// <summary>The partition for what is left.</summary>
    public static int LevelFor(TimeSpan left, int levels)
    {
        var level = 0;
        while (level + 1 < levels && Of(level + 1) <= left + s_slack)
        {
            level++;
        }

        return level;
    }
}
