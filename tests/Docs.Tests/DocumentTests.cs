using System.Text.RegularExpressions;

namespace HighPerf.Docs.Tests;

/// <summary>What the documents say is what the code is: snippets are cut from files that compile and run, links lead somewhere, members that the walk names exist.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Snippets_are_the_files_that_they_name()
    {
        var found = 0;
        foreach (var document in Repository.Documents())
        {
            foreach (Match match in Snippet().Matches(Repository.Read(document)))
            {
                found++;
                Assert.Equal(Repository.Read(match.Groups["file"].Value).TrimEnd(), match.Groups["code"].Value.TrimEnd());
            }
        }

        Assert.True(found > 0, "No document has a snippet any more.");
    }

    [Fact]
    public void No_csharp_block_is_outside_of_a_snippet()
    {
        foreach (var document in new[] { "README.md", "src/Runtime/README.md" })
        {
            var rest = Snippet().Replace(Repository.Read(document), string.Empty);
            Assert.DoesNotContain("```csharp", rest, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_whole_example_is_under_40_lines()
        => Assert.InRange(Repository.Read("samples/Hello/Program.cs").TrimEnd().Split('\n').Length, 1, 39);

    [Fact]
    public void Links_lead_somewhere()
    {
        foreach (var document in Repository.Documents())
        {
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
            foreach (Match match in Link().Matches(Repository.Read(document)))
            {
                var target = match.Groups["target"].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal))
                {
                    continue;
                }

                var path = Path.Combine(folder, target);
                Assert.True(File.Exists(path) || Directory.Exists(path), $"{document} links to {target}, which does not exist.");
            }
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        // What is left out is not built by the build of the solution, and its tests then fail on a fresh machine only.
        var solution = Repository.Read("HighPerf.sln").Replace('\\', '/');
        var projects = Repository.Files("*.csproj").ToArray();
        Assert.InRange(projects.Length, 15, int.MaxValue);
        Assert.All(projects, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void The_walk_of_one_message_names_members_that_exist()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Runtime"), "*.cs", SearchOption.AllDirectories)
            .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal))
            .ToLookup(static path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);
        var text = Repository.Read("src/Runtime/README.md");
        var checkedMembers = 0;
        foreach (Match match in Member().Matches(text))
        {
            var (type, member) = (match.Groups["type"].Value, match.Groups["member"].Value);
            var files = sources[type].ToArray();
            if (files.Length == 0)
            {
                continue;
            }

            checkedMembers++;
            Assert.True(files.Any(file => file.Contains(member, StringComparison.Ordinal)), $"src/Runtime/README.md names {type}.{member}, which does not exist.");
        }

        Assert.InRange(checkedMembers, 12, int.MaxValue);
    }

    [GeneratedRegex(@"<!-- snippet: (?<file>\S+) -->\r?\n```csharp\r?\n(?<code>.*?)```\r?\n<!-- endsnippet -->", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\[[^\]]+\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<type>[A-Z]\w+)\.(?<member>[A-Z]\w+)")]
    private static partial Regex Member();
}
