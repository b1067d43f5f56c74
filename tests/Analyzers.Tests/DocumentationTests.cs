using System.Text.RegularExpressions;
using HighPerf.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace HighPerf.Analyzers.Tests;

/// <summary>Pages, the index and the release tracking say what the rules are; the examples on the rules' pages do what the page says.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>What the pages' examples take for granted.</summary>
    private const string Around = """
        global using System.Net.Http;
        public interface IStore { Task SaveAsync(int id, CancellationToken token); }
        public interface IMailer { Task SendAsync(int id, CancellationToken token); }
        [Task] public sealed partial class SendMail { public void Run(int id) { } }
        namespace HighPerf { [AttributeUsage(AttributeTargets.Class)] public sealed class CronAttribute(string expression) : Attribute { public string Expression => expression; } }
        """;

    public static TheoryData<string> Ids => [.. Rules.All.Select(static d => d.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasPageRowAndLink(string id)
    {
        var rule = Rules.All.Single(d => d.Id == id);
        Assert.StartsWith($"# {id}: {rule.Title}\n\n{rule.DefaultSeverity}. Message: `{rule.MessageFormat}`\n", Repository.Read("docs", "diagnostics", id + ".md"), StringComparison.Ordinal);
        var rows = Repository.Read("src", "Analyzers", "AnalyzerReleases.Unshipped.md") + Repository.Read("src", "Analyzers", "AnalyzerReleases.Shipped.md");
        Assert.Contains($"{id} | {rule.Category} | {rule.DefaultSeverity} | [{rule.Title}]({rule.HelpLinkUri})\n", rows, StringComparison.Ordinal);
        Assert.Equal(Rules.HelpBase + id, rule.HelpLinkUri);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task ExamplesDoWhatThePageSays(string id)
    {
        var blocks = Block().Matches(Repository.Read("docs", "diagnostics", id + ".md")).Select(static m => m.Groups["code"].Value).ToArray();
        Assert.Equal(2, blocks.Length);
        var library = await Verifier.LibraryAsync("Billing", "[Task(\"charge\")] public sealed partial class ChargeCard { public void Run(int id) { } }");
        Assert.Equal(id, Assert.Single(await Verifier.DiagnosticsAsync(Verifier.Document(Around + blocks[0], library))).Id);
        await Verifier.SilentAsync(Around + blocks[1], library);
    }

    [Fact]
    public void EveryPageHasADiagnosticAndARowInTheIndex()
    {
        // HP0300 to HP0319 are about contracts.lock: Contracts.Tests looks after those.
        static bool IsAboutLocks(string id) => string.CompareOrdinal(id, "HP0300") >= 0 && string.CompareOrdinal(id, "HP0320") < 0;
        DiagnosticDescriptor[] all = [.. Descriptors.All.Concat(Rules.All).OrderBy(static d => d.Id, StringComparer.Ordinal)];
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "diagnostics"), "HP*.md").Select(static p => Path.GetFileNameWithoutExtension(p)).Where(static id => !IsAboutLocks(id)).Order(StringComparer.Ordinal);
        Assert.Equal(all.Select(static d => d.Id), pages);
        var index = Repository.Read("docs", "diagnostics", "README.md");
        Assert.Equal(
            all.Select(static d => $"| [{d.Id}]({d.Id}.md) | {d.DefaultSeverity} | {d.Title} |"),
            index.Split('\n').Where(static l => l.StartsWith("| [HP", StringComparison.Ordinal) && !IsAboutLocks(l.Substring(3, 6))));
    }

    [Fact]
    public void EveryRuleHasAnAnalyzerAndAFix()
    {
        Assert.Equal(Rules.All.Select(static d => d.Id), Verifier.Analyzers.SelectMany(static a => a.SupportedDiagnostics).Select(static d => d.Id).Order(StringComparer.Ordinal));
        var fixable = Verifier.Fixes.SelectMany(static f => f.FixableDiagnosticIds).ToHashSet();
        Assert.Subset(fixable, Rules.All.Select(static d => d.Id).ToHashSet());
        Assert.Subset(fixable, new HashSet<string> { "HP0001", "HP0002", "HP0010", "HP0011", "HP0012", "HP0100", "HP0200", "HP0202" });
        Assert.All(Verifier.Fixes, static f => Assert.NotEmpty(f.GetType().GetCustomAttributes(typeof(ExportCodeFixProviderAttribute), inherit: false)));
    }

    [Fact]
    public void PagesOfFixableDiagnosticsSaySo()
        => Assert.All(
            Verifier.Fixes.SelectMany(static f => f.FixableDiagnosticIds).Distinct(),
            static id => Assert.Contains("code fix", Repository.Read("docs", "diagnostics", id + ".md"), StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
