using HighPerf.Data;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The files of the input directory as documents, once. What stops it ends the job, where the source of a service is tried again.</summary>
internal sealed class FlightSource : Source
{
    /// <summary>A file travels as one message.</summary>
    public const int LargestFile = 64 * 1024 * 1024;

    private readonly FileSource<FlightFile> _files;
    private readonly Func<CancellationToken, Task> _prepare;
    private readonly Action<string> _say;

    /// <param name="name">The source's name.</param>
    /// <param name="input">The directory.</param>
    /// <param name="checkpoint">The file that says what is done.</param>
    /// <param name="prepare">What has to be done before the first document.</param>
    /// <param name="say">Told of files that are left out.</param>
    /// <param name="clock">The clock.</param>
    public FlightSource(string name, string input, string checkpoint, Func<CancellationToken, Task> prepare, Action<string> say, TimeProvider clock)
        : base(name)
    {
        _prepare = prepare;
        _say = say;
        var options = new FileSourceOptions
        {
            Path = input,
            Pattern = "*.csv",
            Watch = false,
            SettleTime = TimeSpan.Zero,
            FollowLinks = true,
            CheckpointPath = checkpoint,
            MaxFileBytes = LargestFile - 1024,
            OnProblem = OnProblem,
        };
        _files = new FileSource<FlightFile>(name, options, static slice => new FlightFile(slice.Name, slice.Content.ToArray()), clock: clock);
    }

    public long FilesSeen => _files.FilesSeen;

    public long FilesCompleted => _files.FilesCompleted;

    public long FilesUnreadable => _files.FilesFailed;

    /// <summary>Files that a run before has done.</summary>
    public long FilesSkipped => _files.DocumentsSkipped;

    /// <summary>What stopped it before the end.</summary>
    public Exception? Failure { get; private set; }

    public override async Task RunAsync(DocumentPublisher documents, CancellationToken cancellationToken)
    {
        try
        {
            await _prepare(cancellationToken);
            await _files.RunAsync(documents, cancellationToken);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            Failure = problem;
        }
    }

    /// <summary>A file that cannot be read is left out; a day that cannot be summarised or stored stops the source before it counts as done.</summary>
    private void OnProblem(FileProblem problem)
    {
        if (problem.Index >= 0)
        {
            throw new JobException($"{problem.Path} cannot be summarised: {problem.Error.Message}", ExitCodes.IoError);
        }

        _say($"{problem.Path} cannot be read and is left out: {problem.Error.Message}");
    }
}
