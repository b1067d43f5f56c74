namespace HighPerf.Journal;

/// <summary>One process at a time: a file that is held open alone. The system gives it back when the process ends, however it ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "lock");
        try
        {
            Directory.CreateDirectory(directory);
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new JournalException($"The journal '{directory}' is in use ({exception.Message}). One process at a time has a journal: end the other one, or give this one a directory of its own.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The journal '{directory}' cannot be opened: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
