namespace HighPerf.Samples.FlightDelays;

/// <summary>
/// The output directory: three files, and <c>.flight-delays</c> with a lock (one run at a time), what an interrupted run leaves for <c>--resume</c>, and a marker if
/// the directory was empty when the program first wrote there. A marked directory is emptied by the next run; in any other one a run replaces its own files and leaves
/// the others alone. The work goes by one rename, so that a run killed meanwhile never leaves a part of it.
/// </summary>
internal sealed class OutputDirectory : IDisposable
{
    private const string HomeName = ".flight-delays";
    private const string WorkName = "work";

    private readonly string _home;
    private readonly FileStream _lock;

    private OutputDirectory(string path)
    {
        Path = path;
        _home = Directory.CreateDirectory(System.IO.Path.Combine(path, HomeName)).FullName;
        _lock = Lock();
    }

    public string Path { get; }

    /// <summary>What the days were summarised to.</summary>
    public string WorkFile => System.IO.Path.Combine(Work, "days.jsonl");

    /// <summary>What of the input is done.</summary>
    public string Checkpoint => System.IO.Path.Combine(Work, "input.done");

    /// <summary>What the input was.</summary>
    public string Manifest => System.IO.Path.Combine(Work, "input.json");

    private string Work => System.IO.Path.Combine(_home, WorkName);

    private string Discarded => System.IO.Path.Combine(_home, "discarded");

    private string Marker => System.IO.Path.Combine(_home, "emptied-at-each-run");

    private IEnumerable<string> Others => Directory.EnumerateFileSystemEntries(Path).Where(entry => System.IO.Path.GetFileName(entry) != HomeName);

    /// <summary>Where bodies are that are too large for a broker, of the job in that output directory.</summary>
    public static string PayloadsOf(string output) => System.IO.Path.Combine(output, HomeName, WorkName, "payloads");

    /// <summary>Makes the directory if need be, and keeps other runs out of it until it is disposed.</summary>
    /// <exception cref="JobException">It cannot be used.</exception>
    public static OutputDirectory Open(string path)
    {
        if (File.Exists(path))
        {
            throw new JobException($"The output '{path}' is a file. Give --output a directory.", ExitCodes.CannotCreate);
        }

        try
        {
            var output = new OutputDirectory(path);
            output.MarkIfEmpty();
            return output;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"The output directory '{path}' cannot be used: {problem.Message}", ExitCodes.CannotCreate);
        }
    }

    /// <summary>Whether <see cref="Empty"/> would delete this file or directory.</summary>
    public bool Empties(string path) => File.Exists(Marker) && (path + System.IO.Path.DirectorySeparatorChar).StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Throws away what runs before have left.</summary>
    public void Empty()
    {
        Delete(Discarded);
        if (Directory.Exists(Work))
        {
            Directory.Move(Work, Discarded);
            Delete(Discarded);
        }

        foreach (var entry in File.Exists(Marker) ? Others : ReportFiles.Names.Select(name => System.IO.Path.Combine(Path, name)))
        {
            Delete(entry);
        }

        Directory.CreateDirectory(Work);
    }

    public void Dispose() => _lock.Dispose();

    private FileStream Lock()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(_home, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new JobException($"Another run is writing to the output directory '{Path}': wait for its end, or give --output another directory. ({problem.Message})", ExitCodes.CannotCreate);
        }
    }

    private void MarkIfEmpty()
    {
        if (!Others.Any())
        {
            File.Create(Marker).Dispose();
        }

        if (!File.Exists(Marker) && ReportFiles.Names.FirstOrDefault(name => Directory.Exists(System.IO.Path.Combine(Path, name))) is { } taken)
        {
            throw new JobException($"The output directory '{Path}' has a directory '{taken}', where a report has to go. Give --output another one.", ExitCodes.CannotCreate);
        }
    }

    private static void Delete(string entry)
    {
        if (Directory.Exists(entry) && new DirectoryInfo(entry).LinkTarget is null)
        {
            Directory.Delete(entry, recursive: true);
        }
        else
        {
            File.Delete(entry);
        }
    }
}
