namespace HighPerf.Transports.Kafka;

/// <summary>A partition that this process has. Guarded by the intake's lock; its native queue is the loop's.</summary>
internal sealed class QueuePartition(string topic, int number, int priority, DoneOffsets done)
{
    public string Topic { get; } = topic;

    public int Number { get; } = number;

    /// <summary>The class; -1 for what waits for its instant.</summary>
    public int Priority { get; } = priority;

    public bool IsDelay => Priority < 0;

    /// <summary>
    /// Below it messages are handed out one at a time: the partition changed hands twice without a word and without progress, so one of the first ends processes. The one that does is alone then.
    /// </summary>
    public long ProbationEnd { get; } = done.Takeovers > 1 ? done.Watermark + 1_000 : 0;

    /// <summary>True while one of a partition on probation is not done.</summary>
    public bool HoldsBack => Next < ProbationEnd && Next > Done.Watermark;

    public DoneOffsets Done { get; } = done;

    /// <summary>The next offset that comes. Behind the watermark only until what was done is passed.</summary>
    public long Next { get; set; } = done.Watermark;

    /// <summary>Its native queue, which is not forwarded to the consumer's: it is read when there is room.</summary>
    public nint Queue { get; set; }

    /// <summary>True when it is committed that this process has it: nothing is handed out before.</summary>
    public bool IsClaimed { get; set; }

    public bool IsDirty { get; set; } = true;

    /// <summary>Others are to get it: nothing more is handed out.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>What is committed says that it was given up in good order.</summary>
    public bool IsClean { get; set; }

    public bool IsGone { get; set; }

    /// <summary>When its full window was told last; 0 while it is not full.</summary>
    public long ToldFull { get; set; }

    /// <summary>Those that wait for a commit, and those whose commit is on the way.</summary>
    public List<Settlement> Staged { get; } = [];

    public List<Settlement> Committing { get; } = [];

    /// <summary>Watermarks: in the commit that is on the way, committed, and up to which records are deleted.</summary>
    public long OnTheWay { get; set; }

    public long Committed { get; set; }

    public long Deleted { get; set; } = done.Watermark;

    /// <summary>Of what waits: the first, and how many are on their way elsewhere.</summary>
    public WaitingRecord? Head { get; set; }

    public int Moves { get; set; }

    /// <summary>Messages that are not done, below an end.</summary>
    public long Undone(long end) => Math.Max(0, end - Done.Watermark - Done.Above);
}
