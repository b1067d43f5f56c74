using HighPerf.Generators.Diagnostics;

namespace HighPerf.Generators.Tests;

/// <summary>Every diagnostic of the generator has a page, a row in the release tracking and a test. That no page is without a diagnostic is tested with the analyzers.</summary>
public sealed class DocumentationTests
{
    public static TheoryData<string> Ids => new(Descriptors.All.Select(d => d.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasPageRowAndLink(string id)
    {
        var descriptor = Descriptors.ById(id);
        var page = File.ReadAllText(Repository.Path("docs", "diagnostics", id + ".md"));
        Assert.StartsWith($"# {id}: {descriptor.Title}\n", page.Replace("\r\n", "\n"));
        Assert.Contains("Instead:", page);
        var rows = File.ReadAllText(Repository.Path("src", "Generators", "AnalyzerReleases.Unshipped.md")) + File.ReadAllText(Repository.Path("src", "Generators", "AnalyzerReleases.Shipped.md"));
        Assert.Contains($"{id} | {descriptor.Category} | {descriptor.DefaultSeverity} |", rows);
        Assert.Equal(Descriptors.HelpBase + id, descriptor.HelpLinkUri);
    }

    [Fact]
    public void IdsAreUniqueAndTested()
    {
        Assert.Equal(Descriptors.All.Count, Descriptors.All.Select(d => d.Id).Distinct().Count());
        var tested = DiagnosticCases.All.Select(c => c.Id).Append("HP0011").ToHashSet();
        Assert.Subset(tested, Descriptors.All.Select(d => d.Id).ToHashSet());
    }
}
