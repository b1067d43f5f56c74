using HighPerf.Transports;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The job in its phases: prepare, ingest (files to day summaries), merge and report.</summary>
internal sealed class Job(JobOptions options, OutputDirectory output)
{
    /// <summary>Least bytes of the work file that one <see cref="MergeDays"/> reads.</summary>
    private const long MinimumPartBytes = 1024 * 1024;

    /// <summary>Most parts: all merged parts are in memory at the end, and each is as large as all airports' histograms at most, so this bounds memory for any input.</summary>
    private const int MaximumParts = 8;

    private FlightSource? _source;
    private Transport? _broker;
    private WorkerProcesses? _workers;
    private Action<string> _say = Console.Error.WriteLine;

    /// <exception cref="JobException">Something that the user has to change.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Prepare();
        var app = CreateApplication(cancellationToken);
        try
        {
            await IngestAsync(app, cancellationToken);
            var totals = await ReportAsync(app, cancellationToken);
            WorstTable.Write(Console.Out, totals, output.Path);
            if (_source!.FilesUnreadable > 0)
            {
                _say($"Not in the report because they could not be read: {_source.FilesUnreadable} of the files. Run again with --resume when they can.");
            }
        }
        finally
        {
            if (_workers is not null)
            {
                await _workers.DisposeAsync();
            }

            // It does not wait for days under way: after a success there are none, otherwise --resume does them again.
            await app.StopAsync(new CancellationToken(canceled: true));
        }
    }

    private void Prepare()
    {
        foreach (var path in (string[])[options.Input, options.Airports])
        {
            if (output.Empties(path))
            {
                throw new JobException($"The output directory '{output.Path}' holds '{path}', and a run empties it. Give --output another one.", ExitCodes.CannotCreate);
            }
        }

        var input = JobInput.List(options.Input);
        if (!options.Resume || !CanGoOn(input))
        {
            output.Empty();
        }

        input.Save(output.Manifest);
    }

    /// <summary>Whether there is an interrupted run over this input.</summary>
    private bool CanGoOn(InputManifest input)
    {
        var before = File.Exists(output.WorkFile) ? InputManifest.Load(output.Manifest) : null;
        var difference = before?.DifferenceTo(input);
        Console.WriteLine((before, difference) switch
        {
            (null, _) => "Nothing to go on with: starting from the beginning.",
            (_, null) => "Going on with the run before.",
            _ => $"The input is not that of the run to go on with ({difference}): starting from the beginning.",
        });
        return before is not null && difference is null;
    }

    /// <summary>
    /// The application: files become documents, a subscribed task has each summarised, its result goes to the sink "days". The documents stay in memory, so the source forgets a
    /// file only when its summary is in the sink; that is what --resume relies on. With a broker, what computes is routed there, and that is all the difference.
    /// </summary>
    private HighPerfApplication CreateApplication(CancellationToken cancellationToken) => HighPerfApplication.Create(
        hp =>
        {
            hp.AddInMemory("memory");
            hp.Publisher.MaxBodyBytes = FlightSource.LargestFile;
            hp.AddSource("flights", services => _source = new FlightSource("flights", options.Input, output.Checkpoint, PurgeAsync, line => _say(line), services.Clock));
            hp.AddFileSink("days", WorkJson.Default.DaySummary, sink => sink.Path = output.WorkFile);
            hp.Results<SummarizeFile>().ToSinks("days");

            // Local files and arithmetic: what fails once fails again.
            hp.AddWorker(worker =>
            {
                worker.Queues = [$"memory/{hp.DefaultQueue}"];
                worker.Retry = new RetryPolicy { MaxAttempts = 1 };
            });
            if (options.Broker is not null)
            {
                WorkerProcess.Configure(hp, options);
                hp.AddTransport(Brokers.Name, services => _broker = Brokers.Create(options.Broker, isOwner: true, services));
                hp.Route<SummarizeDay>().To(Brokers.Name, options.Queue);
                hp.Route<MergeDays>().To(Brokers.Name, options.Queue);
            }
        },
        loggers: new PlainLog(line => _say(line), cancellationToken));

    /// <summary>What a run before has left at the broker is done again from its files.</summary>
    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        if (_broker is not null)
        {
            await _broker.PurgeAsync(options.Queue, includeDelayed: true, cancellationToken);
        }
    }

    /// <summary>Files to day summaries: the phase ends when the source has nothing more to come.</summary>
    private async Task IngestAsync(HighPerfApplication app, CancellationToken cancellationToken)
    {
        var source = _source!;
        await using (var progress = new Progress(() => (source.FilesCompleted, source.FilesSeen)))
        {
            _say = progress.Say;
            await app.StartAsync(cancellationToken);
            _workers = options.Broker is null ? null : new WorkerProcesses(options, line => _say(line));
            await app.WaitForSourceAsync("flights", cancellationToken);
        }

        if (source.Failure is { } failure)
        {
            throw new JobException(failure.Message, ExitCodes.IoError);
        }

        if (source.FilesSkipped > 0)
        {
            Console.WriteLine($"{source.FilesSkipped} files were done before.");
        }

        Console.WriteLine($"{source.FilesCompleted} of {source.FilesSeen} files summarised.");
    }

    /// <summary>Day summaries to the three files: a chord merges parts of the work file side by side, then puts them together.</summary>
    private async Task<ReportTotals> ReportAsync(HighPerfApplication app, CancellationToken cancellationToken)
    {
        var merges = Parts().Select(part => MergeDays.Call(output.WorkFile, part.From, part.To));
        return await Patience.CallAsync(token => app.Publisher.CallAsync(Chord.Of(merges, BuildReport.Step(options.Airports, output.Path)), token), cancellationToken);
    }

    /// <summary>Ranges of the work file, which give every day once.</summary>
    private List<(long From, long To)> Parts()
    {
        var length = new FileInfo(output.WorkFile).Length;
        var size = Math.Max(MinimumPartBytes, (length + MaximumParts - 1) / MaximumParts);
        var parts = new List<(long, long)>();
        for (long from = 0; from < length || parts.Count == 0; from += size)
        {
            parts.Add((from, from + size));
        }

        return parts;
    }
}
