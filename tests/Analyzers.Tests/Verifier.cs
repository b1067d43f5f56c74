using System.Collections.Immutable;
using HighPerf.Analyzers.Blocking;
using HighPerf.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Analyzers.Tests;

/// <summary>Runs the generator, the analyzers and the code fixes over a project in a workspace. C# 13: what consumers on the older SDK have.</summary>
internal static class Verifier
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using HighPerf;
        """;

    private const string FileName = "Source.cs";

    private static readonly MetadataReference[] Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll"))
            .Select(static p => MetadataReference.CreateFromFile(p)),
    ];

    private static readonly MetadataReference Runtime = MetadataReference.CreateFromFile(typeof(TaskAttribute).Assembly.Location);

    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
        [.. typeof(BlockingAnalyzer).Assembly.GetTypes().Where(static t => !t.IsAbstract && t.IsSubclassOf(typeof(DiagnosticAnalyzer))).Select(static t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)];

    public static ImmutableArray<CodeFixProvider> Fixes { get; } =
        [.. typeof(CodeFixes.PartialFix).Assembly.GetTypes().Where(static t => !t.IsAbstract && t.IsSubclassOf(typeof(CodeFixProvider))).Select(static t => (CodeFixProvider)Activator.CreateInstance(t)!)];

    /// <summary>Fails unless exactly the marked places have the diagnostic, and nothing else of ours is reported.</summary>
    public static async Task HitsAsync(string id, string marked, params MetadataReference[] references)
    {
        var expected = Marked.Parse(marked);
        var found = await DiagnosticsAsync(Document(expected.Source, references));
        Assert.All(found, d => Assert.Equal(id, d.Id));
        Assert.Equal(expected.Spans, found.Select(static d => d.Location.SourceSpan));
        Assert.All(found, static d => Assert.DoesNotMatch(@"\{\d\}", d.GetMessage(null)));

        var hidden = await DiagnosticsAsync(Document($"#pragma warning disable {id}\n{expected.Source}", references));
        Assert.Empty(hidden);
    }

    /// <summary>Fails if anything of ours is reported, or if the source does not compile.</summary>
    public static async Task SilentAsync(string source, params MetadataReference[] references)
    {
        var document = Document(source, references);
        Assert.Empty(await DiagnosticsAsync(document));
        await CompilesAsync(document.Project);
    }

    /// <summary>Applies the fix whose key begins with <paramref name="key"/> to the first diagnostic and compares; the result must compile and not have the diagnostic there any more.</summary>
    public static async Task FixesAsync(string id, string source, string expected, string? key = null, bool compiles = true, params MetadataReference[] references)
    {
        var document = Document(source, references);
        var diagnostic = (await DiagnosticsAsync(document)).First(d => d.Id == id);
        var action = (await ActionsAsync(document, diagnostic)).FirstOrDefault(a => key is null || a.EquivalenceKey!.StartsWith(key, StringComparison.Ordinal));
        Assert.True(action is not null, "No such fix is offered.");
        var fixedDocument = await ApplyAsync(document, action);
        Assert.Equal(expected.ReplaceLineEndings("\n"), (await fixedDocument.GetTextAsync()).ToString().ReplaceLineEndings("\n"));
        if (compiles)
        {
            Assert.DoesNotContain(await DiagnosticsAsync(fixedDocument), d => d.Id == id);
            await CompilesAsync(fixedDocument.Project);
        }
    }

    public static async Task<IReadOnlyList<CodeAction>> ActionsAsync(Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        foreach (var fix in Fixes.Where(f => f.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        }

        return actions;
    }

    public static Document Document(string source, params MetadataReference[] references)
    {
        var workspace = new AdhocWorkspace();
        var project = workspace.CurrentSolution
            .AddProject("Shop", "Shop", LanguageNames.CSharp)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.CSharp13, DocumentationMode.Diagnose))
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, warningLevel: 9999, nullableContextOptions: NullableContextOptions.Enable))
            .WithMetadataReferences([.. Framework, Runtime, .. references])
            .WithAnalyzerReferences([new GeneratorReference()]);
        project = project.AddDocument("Usings.cs", Usings, filePath: "Usings.cs").Project;
        return project.AddDocument(FileName, SourceText.From(source), filePath: FileName);
    }

    /// <summary>An assembly of its own that declares things, for others to reference.</summary>
    public static async Task<MetadataReference> LibraryAsync(string name, string source)
    {
        var compilation = (await Document(source).Project.GetCompilationAsync())!.WithAssemblyName(name);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>What the generator and the analyzers report, by place.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(Document document)
    {
        var compilation = (CSharpCompilation)(await document.Project.GetCompilationAsync())!;
        var analyzed = await compilation.WithAnalyzers(Analyzers, Rethrowing).GetAnalyzerDiagnosticsAsync();

        // The project's compilation has the generated code in it already; what is reported comes from a run over the rest.
        var trees = new HashSet<SyntaxTree>();
        foreach (var own in document.Project.Documents)
        {
            trees.Add((await own.GetSyntaxTreeAsync())!);
        }

        var plain = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(t => !trees.Contains(t)));
        CSharpGeneratorDriver.Create([new HighPerfGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)document.Project.ParseOptions!)
            .RunGeneratorsAndUpdateCompilation(plain, out _, out var generated);
        return [.. analyzed.Concat(generated).Where(static d => !d.IsSuppressed).OrderBy(static d => d.Location.SourceSpan.Start)];
    }

    /// <summary>Applies a fix to all diagnostics of the document.</summary>
    public static async Task<string> FixAllAsync(string id, string source, string key)
    {
        var document = Document(source);
        var diagnostics = (await DiagnosticsAsync(document)).Where(d => d.Id == id).ToArray();
        var fix = Fixes.First(f => f.FixableDiagnosticIds.Contains(id));
        var context = new FixAllContext(document, fix, FixAllScope.Document, key, [id], new GivenDiagnostics(diagnostics), CancellationToken.None);
        var changed = await ApplyAsync(document, (await fix.GetFixAllProvider()!.GetFixAsync(context))!);
        return (await changed.GetTextAsync()).ToString();
    }

    /// <summary>What the analyzers alone say about source that may be broken, or that knows nothing of HighPerf. An exception in one of them fails.</summary>
    public static Task<ImmutableArray<Diagnostic>> AnalyzeAsync(string source, bool withRuntime = true)
        => CSharpCompilation.Create(
                "Shop",
                [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp13)), CSharpSyntaxTree.ParseText(withRuntime ? Usings : "", new CSharpParseOptions(LanguageVersion.CSharp13))],
                withRuntime ? [.. Framework, Runtime] : Framework)
            .WithAnalyzers(Analyzers, Rethrowing)
            .GetAnalyzerDiagnosticsAsync();

    private static CompilationWithAnalyzersOptions Rethrowing { get; }
        = new(new AnalyzerOptions([]), static (exception, analyzer, _) => throw new InvalidOperationException(analyzer.ToString(), exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);

    private static async Task<Document> ApplyAsync(Document document, CodeAction action)
    {
        var operations = await action.GetOperationsAsync(CancellationToken.None);
        var changed = Assert.IsType<ApplyChangesOperation>(Assert.Single(operations)).ChangedSolution;
        return changed.GetDocument(document.Id)!;
    }

    private static async Task CompilesAsync(Project project)
    {
        var compilation = (await project.GetCompilationAsync())!;
        Assert.Empty(compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error));
    }
}
