namespace HighPerf;

/// <summary>What a worker consumes and how much it runs at once.</summary>
public sealed class WorkerOptions
{
    /// <summary>Queues to consume: <c>queue</c> of the default broker or <c>broker/queue</c>. Empty (the default): every queue that routes and declarations of this application name.</summary>
    public IList<string> Queues { get; set; } = [];

    /// <summary>Slots for tasks that mostly wait; 32 by default.</summary>
    public int Concurrency { get; set; } = 32;

    /// <summary>Slots for tasks that mostly compute (<see cref="SlotKind.Cpu"/>); the number of processors by default. Each is a thread of its own.</summary>
    public int CpuConcurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>Deliveries that are fetched beyond those that run, for each queue; 32 by default.</summary>
    public int Burst { get; set; } = 32;

    /// <summary>How long a delivery is this worker's without renewal; 30 s by default. Renewed every third of it.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a consumer may bring nothing although slots are free and its queue says that messages are ready; 30 s by default. Then it is opened anew, and the log says so.
    /// </summary>
    public TimeSpan ConsumerIdleLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Starts of a command without any outcome until it is taken for one that kills its process, and is a dead letter; 5 by default. From the third on such commands run one at a time. They are counted in
    /// the state store where processes share one (<c>UseRedisState</c>, <c>UseNatsState</c>, <c>UseEmbeddedState</c>); otherwise it is the broker's count of deliveries, which some brokers raise for what was only fetched.
    /// </summary>
    public int MaxStarts { get; set; } = 5;

    /// <summary>Retries of tasks that say nothing themselves.</summary>
    public RetryPolicy Retry { get; set; } = RetryPolicy.Default;

    /// <summary>How long running tasks may go on after a stop was asked for; 25 s by default. Then they are cancelled and their messages given back.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// What is done when this process can work no more, with the reason: its memory is full and stays full although the task that wanted more has failed, or every slot of a kind has been lost for
    /// <see cref="Lease"/> to tasks that do not return within their hard time limits. <see cref="Environment.FailFast(string)"/> by default: whoever watches over the process starts another one, and the messages it
    /// held come again. A host that has more to do may end in another way; what returns from here goes on as it can.
    /// </summary>
    public Action<string> OnExhausted { get; set; } = Environment.FailFast;

    internal IEnumerable<string> Validate()
    {
        if (Concurrency is < 1 or > 100_000)
        {
            yield return $"Worker.Concurrency is {Concurrency}; set 1 to 100000.";
        }

        if (CpuConcurrency is < 1 or > 4096)
        {
            yield return $"Worker.CpuConcurrency is {CpuConcurrency}; set 1 to 4096.";
        }

        if (Burst is < 1 or > 4096)
        {
            yield return $"Worker.Burst is {Burst}; set 1 to 4096.";
        }

        if (Lease < TimeSpan.FromMilliseconds(100))
        {
            yield return $"Worker.Lease is {Lease}; set at least 100 ms.";
        }

        if (ConsumerIdleLimit < TimeSpan.FromMilliseconds(10))
        {
            yield return $"Worker.ConsumerIdleLimit is {ConsumerIdleLimit}; set at least 10 ms.";
        }

        if (MaxStarts < 1)
        {
            yield return $"Worker.MaxStarts is {MaxStarts}; set at least 1.";
        }

        if (DrainTimeout < TimeSpan.Zero)
        {
            yield return $"Worker.DrainTimeout is {DrainTimeout}; set 0 or more.";
        }

        foreach (var error in Retry.Validate("Worker.Retry"))
        {
            yield return error;
        }
    }
}
