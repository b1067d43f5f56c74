using System.Collections.Immutable;
using HighPerf.Contracts.CodeFixes;
using HighPerf.Contracts.Locking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Contracts.Tests;

/// <summary>A project in an editor: a source, and the contracts.lock of an earlier state of it.</summary>
internal sealed class Editor : IDisposable
{
    private readonly AdhocWorkspace _workspace = new();
    private readonly ProjectId _project = ProjectId.CreateNewId();
    private readonly DocumentId _document;

    public Editor(string before, string source)
    {
        var file = Project.Model(before).ToFile();
        _document = DocumentId.CreateNewId(_project);
        var solution = _workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                _project, VersionStamp.Default, "Shop", "Shop", LanguageNames.CSharp, compilationOptions: Project.Options, parseOptions: Project.ParseOptions, metadataReferences: Project.References))
            .AddAnalyzerReference(_project, new GeneratorReference())
            .AddDocument(DocumentId.CreateNewId(_project), "Usings.cs", Project.Usings)
            .AddDocument(_document, "Source.cs", SourceText.From(source), filePath: "Source.cs")
            .AddAdditionalDocument(DocumentId.CreateNewId(_project), ContractSet.FileName, SourceText.From(file), filePath: "/shop/" + ContractSet.FileName);
        Assert.True(_workspace.TryApplyChanges(solution));
    }

    public async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Solution? solution = null)
    {
        var project = (solution ?? _workspace.CurrentSolution).GetProject(_project)!;
        var compilation = (await project.GetCompilationAsync())!;
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        return await compilation.WithAnalyzers([new ContractAnalyzer()], project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync();
    }

    /// <summary>What the diagnostic marks.</summary>
    public async Task<string> MarkedAsync(Diagnostic diagnostic)
    {
        var text = diagnostic.Location.IsInSource
            ? await diagnostic.Location.SourceTree!.GetTextAsync()
            : await _workspace.CurrentSolution.GetProject(_project)!.AdditionalDocuments.Single().GetTextAsync();
        return text.ToString(diagnostic.Location.SourceSpan);
    }

    public async Task<List<CodeAction>> FixesAsync(Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        var document = _workspace.CurrentSolution.GetDocument(_document)!;
        await new ContractCodeFixProvider().RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    /// <summary>Applies a fix and gives the source afterwards, which has to compile and to be without contract errors.</summary>
    public async Task<string> ApplyAsync(CodeAction action)
    {
        var operation = Assert.IsType<ApplyChangesOperation>(Assert.Single(await action.GetOperationsAsync(CancellationToken.None)));
        Assert.Empty(await DiagnosticsAsync(operation.ChangedSolution));
        return (await operation.ChangedSolution.GetDocument(_document)!.GetTextAsync()).ToString();
    }

    public void Dispose() => _workspace.Dispose();
}
