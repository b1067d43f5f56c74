using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Generators.Tests;

/// <summary>A compilation that is edited under one driver, and asked after each edit whether another driver, which knows nothing of before, gives the same.</summary>
internal sealed class Session
{
    private GeneratorDriver _driver;

    public Session(params (string Path, string Text)[] files)
    {
        _driver = Driver(node => Parsed.Add(Name(node)));
        Compilation = Harness.Compile().AddSyntaxTrees(files.Select(static f => Harness.Parse(f.Text, f.Path)));
        Run();
        Assert.Null(Difference());
    }

    public CSharpCompilation Compilation { get; private set; }

    /// <summary>The declarations that the last edit had parsed.</summary>
    public List<string> Parsed { get; } = [];

    /// <summary>How many declarations a driver parsed that knew nothing.</summary>
    public int Asked { get; private set; }

    public string Text(string path) => Tree(path).ToString();

    public void Edit(string path, string text) => Run(Compilation.ReplaceSyntaxTree(Tree(path), Harness.Parse(text, path)));

    public void Replace(string path, string before, string after)
    {
        Assert.Contains(before, Text(path), StringComparison.Ordinal);
        Edit(path, Text(path).Replace(before, after, StringComparison.Ordinal));
    }

    public void Add(string path, string text) => Run(Compilation.AddSyntaxTrees(Harness.Parse(text, path)));

    public void Remove(string path) => Run(Compilation.RemoveSyntaxTrees(Tree(path)));

    public void Run(CSharpCompilation? edited = null)
    {
        Compilation = edited ?? Compilation;
        Parsed.Clear();
        _driver = _driver.RunGenerators(Compilation);
    }

    /// <summary>The first thing in which the two drivers' results differ; null for none.</summary>
    public string? Difference()
    {
        // A clone, so that nothing that one of them binds is there for the other.
        Asked = 0;
        var fresh = Lines(Driver(_ => Asked++).RunGenerators(Compilation.Clone()));
        var ours = Lines(_driver);
        return ours.Except(fresh).Select(static l => "+ " + l).Concat(fresh.Except(ours).Select(static l => "- " + l)).FirstOrDefault();
    }

    private static GeneratorDriver Driver(Action<SyntaxNode> parsing)
        => CSharpGeneratorDriver.Create([new HighPerfGenerator { Parsing = parsing }.AsSourceGenerator()], parseOptions: Harness.ParseOptions);

    private static List<string> Lines(GeneratorDriver driver)
    {
        var result = driver.GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        return [.. result.GeneratedSources.Select(static s => s.HintName + "\n" + s.SourceText), .. result.Diagnostics.Select(static d => d.ToString())];
    }

    private static string Name(SyntaxNode node) => node is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax type ? type.Identifier.ValueText : "assembly";

    private SyntaxTree Tree(string path) => Compilation.SyntaxTrees.Single(t => t.FilePath == path);
}
