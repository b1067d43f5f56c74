namespace HighPerf.Samples.FlightDelays;

/// <summary>Says what is wrong with the input before anything is done.</summary>
internal static class JobInput
{
    /// <exception cref="JobException">The input directory or the airports file cannot be used.</exception>
    public static void Check(JobOptions options)
    {
        if (!Directory.Exists(options.Input))
        {
            throw new JobException($"The input directory '{options.Input}' does not exist (or is no directory). Give --input the directory with one CSV file a day.", ExitCodes.NoInput);
        }

        if (!File.Exists(options.Airports))
        {
            throw new JobException($"The airports file '{options.Airports}' does not exist (or is no file). Give --airports the file airports.csv.", ExitCodes.NoInput);
        }

        if (!Read("airports file", options.Airports, AirportsFile.HasAny))
        {
            Console.Error.WriteLine($"The airports file '{options.Airports}' has no airport: the report will have codes without names.");
        }
    }

    /// <exception cref="JobException">The input directory cannot be listed.</exception>
    public static InputManifest List(string directory)
    {
        var manifest = Read("input directory", directory, InputManifest.Of);
        if (manifest.Files.Count == 0)
        {
            Console.Error.WriteLine($"The input directory '{directory}' has no *.csv file: the report will be empty.");
        }

        return manifest;
    }

    private static T Read<T>(string what, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new JobException($"The {what} '{path}' cannot be read: {problem.Message}", ExitCodes.NoInput);
        }
    }
}
