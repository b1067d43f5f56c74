namespace HighPerf.Samples.FlightDelays;

/// <summary>The job in its phases: prepare, ingest (files to day summaries), merge and report.</summary>
internal sealed class Job(JobOptions options, OutputDirectory output)
{
    /// <summary>Least bytes of the work file that one <see cref="MergeDays"/> reads.</summary>
    private const long MinimumPartBytes = 1024 * 1024;

    /// <summary>Most parts: all merged parts are in memory at the end, and each is as large as all airports' histograms at most, so this bounds memory for any input.</summary>
    private const int MaximumParts = 8;

    private FlightSource? _source;
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
    /// The application: files become documents, a subscribed task summarises each, its result goes to the sink "days". In memory all the way, so the source forgets a
    /// file only when its summary is in the sink; that is what --resume relies on.
    /// </summary>
    private HighPerfApplication CreateApplication(CancellationToken cancellationToken) => HighPerfApplication.Create(
        hp =>
        {
            hp.Publisher.MaxBodyBytes = FlightSource.LargestFile;
            hp.AddSource("flights", services => _source = new FlightSource("flights", options.Input, output.Checkpoint, line => _say(line), services.Clock));
            hp.AddFileSink("days", WorkJson.Default.DaySummary, sink => sink.Path = output.WorkFile);
            hp.Results<SummarizeDay>().ToSinks("days");

            // Local files and arithmetic: what fails once fails again.
            hp.AddWorker(worker => worker.Retry = new RetryPolicy { MaxAttempts = 1 });
        },
        loggers: new PlainLog(line => _say(line), cancellationToken));

    /// <summary>Files to day summaries: the phase ends when the source has nothing more to come.</summary>
    private async Task IngestAsync(HighPerfApplication app, CancellationToken cancellationToken)
    {
        var source = _source!;
        await using (var progress = new Progress(() => (source.FilesCompleted, source.FilesSeen)))
        {
            _say = progress.Say;
            await app.StartAsync(cancellationToken);
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
    private Task<ReportTotals> ReportAsync(HighPerfApplication app, CancellationToken cancellationToken)
    {
        var merges = Parts().Select(part => MergeDays.Call(output.WorkFile, part.From, part.To));
        return app.Publisher.CallAsync(Chord.Of(merges, BuildReport.Step(options.Airports, output.Path)), cancellationToken).AsTask();
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
