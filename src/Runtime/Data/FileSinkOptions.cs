namespace HighPerf.Data;

/// <summary>Options of a <see cref="FileSink{TDocument}"/>.</summary>
public sealed class FileSinkOptions
{
    /// <summary>The file of JSON lines, for example <c>/data/out/days.jsonl</c>; its directory is created. Beside it is <c>.ids</c>, the index. Required.</summary>
    public string Path { get; set; } = "";

    /// <summary>When the disk must have a record. Default: before its write completes, shared by concurrent writes.</summary>
    public FileFlush Flush { get; set; } = FileFlush.Grouped;

    /// <summary>Longest JSON line in bytes. Default 64 MiB.</summary>
    public int MaxRecordBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Checks the values.</summary>
    /// <param name="name">The sink's name, for the message.</param>
    /// <exception cref="HighPerfException">A value cannot work; the message names the option, its value and what to do.</exception>
    public void Validate(string name)
    {
        if (string.IsNullOrWhiteSpace(Path) || System.IO.Path.EndsInDirectorySeparator(Path))
        {
            throw new HighPerfException($"Sink '{name}': FileSinkOptions.Path is '{Path}'. Set it to the file that the lines are to be written to, for example /data/out/{name}.jsonl.");
        }

        if (Directory.Exists(Path))
        {
            throw new HighPerfException($"Sink '{name}': FileSinkOptions.Path is '{Path}', a directory. Set it to a file in it, for example {System.IO.Path.Combine(Path, name)}.jsonl.");
        }

        if (!Enum.IsDefined(Flush))
        {
            throw new HighPerfException($"Sink '{name}': FileSinkOptions.Flush is {Flush}. Use Grouped, Each or OperatingSystem.");
        }

        if (MaxRecordBytes < 1)
        {
            throw new HighPerfException($"Sink '{name}': FileSinkOptions.MaxRecordBytes is {MaxRecordBytes}. Use a positive number of bytes.");
        }
    }
}
