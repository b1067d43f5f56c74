namespace HighPerf.Docs.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Every Markdown file that is ours.</summary>
    public static IEnumerable<string> Documents() => Files("*.md");

    /// <summary>Every file of ours that matches a pattern, by its path from the root.</summary>
    public static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(static path => !path.Split('/').Any(static part => part is "bin" or "obj" or "out" or "node_modules" or "BenchmarkDotNet.Artifacts"))
        .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "HighPerf.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No HighPerf.sln above {AppContext.BaseDirectory}.");
    }
}
