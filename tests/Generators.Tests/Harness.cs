using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Generators.Tests;

/// <summary>Compilations and generator runs. C# 13: what consumers on the older SDK have.</summary>
internal static class Harness
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using HighPerf;
        """;

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "HighPerf.Runtime.dll"))
            .Select(p => (MetadataReference)MetadataReference.CreateFromFile(p)),
    ];

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp13, DocumentationMode.Diagnose);

    public static CSharpCompilation Compile(params string[] sources) => Compile("Shop", OutputKind.DynamicallyLinkedLibrary, sources);

    public static CSharpCompilation Compile(string assemblyName, OutputKind kind, params string[] sources)
        => CSharpCompilation.Create(
            assemblyName,
            sources.Prepend(Usings).Select((s, i) => Parse(s, $"Source{i}.cs")),
            References,
            new CSharpCompilationOptions(
                kind, generalDiagnosticOption: ReportDiagnostic.Error, warningLevel: 9999, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);

    public static GeneratorDriver Driver()
        => CSharpGeneratorDriver.Create(
            [new HighPerfGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static GeneratorRunResult Run(Compilation compilation) => Driver().RunGenerators(compilation).GetRunResult().Results.Single();

    /// <summary>What the generator reports and does not leave suppressed.</summary>
    public static ImmutableArray<Diagnostic> Diagnostics(params string[] sources)
    {
        Driver().RunGeneratorsAndUpdateCompilation(Compile(sources), out _, out var diagnostics);
        return [.. diagnostics.Where(d => !d.IsSuppressed)];
    }

    /// <summary>The generated files by hint name.</summary>
    public static SortedDictionary<string, string> Generate(params string[] sources)
    {
        var result = Run(Compile(sources));
        Assert.Null(result.Exception);
        return new SortedDictionary<string, string>(result.GeneratedSources.ToDictionary(s => s.HintName, s => s.SourceText.ToString()), StringComparer.Ordinal);
    }

    /// <summary>Every diagnostic of the compilation with the generated code in it; warnings are errors.</summary>
    public static IReadOnlyList<Diagnostic> CompileGenerated(CSharpCompilation compilation)
    {
        Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var reported);
        return [.. output.GetDiagnostics().Concat(reported).Where(d => d.Severity != DiagnosticSeverity.Hidden)];
    }
}
