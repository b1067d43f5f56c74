namespace HighPerf.Data;

/// <summary>Options of a <see cref="FileSource{TDocument}"/>.</summary>
public sealed class FileSourceOptions
{
    /// <summary>The directory to read. Required, and must exist at start.</summary>
    public string Path { get; set; } = "";

    /// <summary>Names to take, with <c>*</c> and <c>?</c>; case counts. Default: all. Hidden files (<c>.name</c>) and directories are never taken; pipes and devices must not be there.</summary>
    public string Pattern { get; set; } = "*";

    /// <summary>Whether directories below are read. Default: no. Links to directories are not followed.</summary>
    public bool Recursive { get; set; }

    /// <summary>Whether links to files are taken, as the files that they lead to. Default: no, links are ignored.</summary>
    public bool FollowLinks { get; set; }

    /// <summary>Lines of a document; 0, the default, makes one document of a file. With lines, memory is one slice and not one file.</summary>
    public int LinesPerDocument { get; set; }

    /// <summary>Whether the first line is a header: it is not part of the content and every slice carries it. Default: no.</summary>
    public bool HeaderLine { get; set; }

    /// <summary>Whether to go on watching for new and changed files. Default: yes. Otherwise the source completes when the files that are there are done.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>How often the directory is listed again: the watcher only hints. Default 10 s.</summary>
    public TimeSpan RescanInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A file is taken when it was last written this long ago, or when its length and time did not change for this long. Default 1 s; zero takes files as they are,
    /// for directories that nobody writes to or that files are moved into.
    /// </summary>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The file that keeps what was done, 32 bytes a file (and 32 a slice while its file is under way). Default: none, then a restart publishes everything again
    /// under the same ids.
    /// </summary>
    public string? CheckpointPath { get; set; }

    /// <summary>Documents under way at a time. Default 16.</summary>
    public int MaxInFlight { get; set; } = 16;

    /// <summary>Longest document in bytes: the file, or the slice of it. A longer one is skipped and reported. Default 1 GiB.</summary>
    public long MaxFileBytes { get; set; } = 1L << 30;

    /// <summary>Called for every file that cannot be read (once until the reason changes) and every document that failed; concurrently. An exception stops the source.</summary>
    public Action<FileProblem>? OnProblem { get; set; }

    /// <summary>Checks the values; not whether the directory exists.</summary>
    /// <param name="name">The source's name, for the message.</param>
    /// <exception cref="HighPerfException">A value cannot work; the message names the option, its value and what to do.</exception>
    public void Validate(string name)
    {
        Check(!string.IsNullOrWhiteSpace(Path), nameof(Path), Path, "Set it to the directory to read.");
        Check(!string.IsNullOrEmpty(Pattern) && !Pattern.Contains('/'), nameof(Pattern), Pattern, "Use a file name with * and ?, for example *.csv, and Recursive for directories below.");
        Check(LinesPerDocument >= 0, nameof(LinesPerDocument), LinesPerDocument, "Use 0 for one document per file, or the number of lines of a document.");
        Check(RescanInterval > TimeSpan.Zero, nameof(RescanInterval), RescanInterval, "Use a positive interval, for example 00:00:10.");
        Check(SettleTime >= TimeSpan.Zero, nameof(SettleTime), SettleTime, "Use zero or a positive time.");
        Check(MaxInFlight >= 1, nameof(MaxInFlight), MaxInFlight, "Use at least 1.");
        Check(MaxFileBytes >= 1 && MaxFileBytes <= Array.MaxLength, nameof(MaxFileBytes), MaxFileBytes, $"Use 1 to {Array.MaxLength}; for larger files set LinesPerDocument.");
        Check(CheckpointPath is null || !Directory.Exists(CheckpointPath), nameof(CheckpointPath), CheckpointPath, "It is a directory; set it to a file.");

        void Check(bool holds, string option, object? value, string advice)
        {
            if (!holds)
            {
                throw new HighPerfException($"Source '{name}': FileSourceOptions.{option} is '{value}'. {advice}");
            }
        }
    }
}
