namespace HighPerf.Generators.Tests;

/// <summary>Compares text with a file in Snapshots; with UPDATE_SNAPSHOTS=1 in the environment it writes the file instead.</summary>
internal static class Snapshot
{
    public static void Match(string name, IEnumerable<KeyValuePair<string, string>> files)
    {
        var actual = string.Concat(files.Select(f => $"==== {f.Key}\n{f.Value.Replace("\r\n", "\n")}"));
        var path = Repository.Path("tests", "Generators.Tests", "Snapshots", name + ".verified.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"There is no snapshot {name}; run with UPDATE_SNAPSHOTS=1 and look at what it writes.");
        Assert.Equal(File.ReadAllText(path).Replace("\r\n", "\n"), actual);
    }
}
