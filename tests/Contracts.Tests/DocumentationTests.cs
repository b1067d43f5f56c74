namespace HighPerf.Contracts.Tests;

/// <summary>Every diagnostic about contracts.lock has a page and a row in the list of pages.</summary>
public sealed class DocumentationTests
{
    // The build task reports these two alone.
    private static readonly string[] s_ofTheTask = ["HP0300", "HP0310"];

    [Fact]
    public void Every_diagnostic_has_a_page()
    {
        var folder = Path.Combine(Root(), "docs", "diagnostics");
        var list = File.ReadAllText(Path.Combine(folder, "README.md"));
        var ids = ContractDescriptors.All.Select(d => d.Id).Concat(s_ofTheTask).Order().ToList();
        Assert.Equal(ids, Directory.GetFiles(folder, "HP03*.md").Select(Path.GetFileNameWithoutExtension).Where(id => string.CompareOrdinal(id, "HP0320") < 0).Order()!);
        foreach (var id in ids)
        {
            var page = File.ReadAllText(Path.Combine(folder, id + ".md"));
            Assert.StartsWith($"# {id}: ", page, StringComparison.Ordinal);
            Assert.Contains("Ways out:", page, StringComparison.Ordinal);
            Assert.Contains($"[{id}]({id}.md)", list, StringComparison.Ordinal);
        }

        Assert.All(ContractDescriptors.All, d => Assert.StartsWith($"# {d.Id}: {d.Title}\n", File.ReadAllText(Path.Combine(folder, d.Id + ".md")).Replace("\r\n", "\n"), StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HighPerf.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No HighPerf.sln above the tests.");
        }

        return folder.FullName;
    }
}
