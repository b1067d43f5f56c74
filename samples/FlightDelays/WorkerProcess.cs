namespace HighPerf.Samples.FlightDelays;

/// <summary>
/// A process that executes what the job sends to the broker: <c>FlightDelays work --broker URI --output DIR</c>. The job starts some itself; more may be started by hand, in the
/// same file system.
/// </summary>
internal static class WorkerProcess
{
    /// <summary>How long a killed worker's messages wait for another, on brokers that do not see it end.</summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(5);

    /// <summary>Works until a signal, or until the process that started it is gone.</summary>
    public static async Task RunAsync(JobOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options.FollowsInput)
        {
            _ = Task.Run(() => EndWithInput(stop), CancellationToken.None);
        }

        var app = HighPerfApplication.Create(
            hp =>
            {
                Configure(hp, options);
                hp.AddTransport(Brokers.Name, services => Brokers.Create(options.Broker!, isOwner: false, services));
                hp.DefaultQueue = options.Queue;
                hp.AddWorker(worker =>
                {
                    worker.Retry = new RetryPolicy { MaxAttempts = 1 };
                    worker.Lease = s_lease;
                });
            },
            loggers: new PlainLog(Console.Error.WriteLine, stop.Token));
        await app.StartAsync(stop.Token);
        try
        {
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>What both sides have to agree on: a day larger than a message may be travels as a file.</summary>
    public static void Configure(HighPerfBuilder hp, JobOptions options)
    {
        hp.Publisher.MaxBodyBytes = FlightSource.LargestFile;
        hp.Publisher.ClaimCheckBytes = 512 * 1024;
        hp.UseFilePayloads(payloads => payloads.Path = OutputDirectory.PayloadsOf(options.Output));
    }

    /// <summary>The job keeps a pipe open: it ends with the job, however that ends.</summary>
    private static void EndWithInput(CancellationTokenSource stop)
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        stop.Cancel();
    }
}
