using System.Text.Json;
using HighPerf.Data;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The input of a run: a resumed run may find more files, but none of those that were there may be another or gone.</summary>
/// <param name="Input">Full path of the input directory.</param>
/// <param name="Files">Name, and length and time of last write.</param>
internal sealed record InputManifest(string Input, SortedDictionary<string, string> Files)
{
    public static InputManifest Of(string input)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(input).EnumerateFiles("*.csv"))
        {
            files[entry.Name] = StampOf(entry);
        }

        return new InputManifest(Path.GetFullPath(input), files);
    }

    /// <summary>Null when there is none that can be read.</summary>
    public static InputManifest? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkJson.Default.InputManifest);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, WorkJson.Default.InputManifest));

    /// <summary>What keeps a run over this input from being resumed over that one; null when nothing does.</summary>
    public string? DifferenceTo(InputManifest now)
    {
        if (Input != now.Input)
        {
            return $"it read {Input}";
        }

        foreach (var (name, stamp) in Files)
        {
            if (!now.Files.TryGetValue(name, out var found))
            {
                return $"{name} is gone";
            }

            if (found != stamp)
            {
                return $"{name} was {stamp} and is {found}";
            }
        }

        return null;
    }

    private static string StampOf(FileInfo entry)
    {
        try
        {
            var file = entry.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? entry;
            return file.Exists ? $"{file.Length} bytes, {file.LastWriteTimeUtc:O}" : "a link to nothing";
        }
        catch (IOException problem)
        {
            // Links that lead in a circle.
            return problem.Message;
        }
    }
}
