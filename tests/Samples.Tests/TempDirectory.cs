namespace HighPerf.Samples.Tests;

internal sealed class TempDirectory : IDisposable
{
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("highperf-samples-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The real days, each under so many dates.</summary>
    public string Multiply(string name, int times)
    {
        var directory = Directory.CreateDirectory(this[name]).FullName;
        foreach (var file in Directory.GetFiles(FlightDelaysProgram.Flights, "*.csv"))
        {
            for (var i = 0; i < times; i++)
            {
                File.Copy(file, System.IO.Path.Combine(directory, $"{2001 + i}{System.IO.Path.GetFileName(file)[4..]}"));
            }
        }

        return directory;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
