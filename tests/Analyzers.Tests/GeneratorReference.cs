using System.Collections.Immutable;
using HighPerf.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace HighPerf.Analyzers.Tests;

/// <summary>Lets a project in a workspace run the generator, as a project that references the package does.</summary>
internal sealed class GeneratorReference : AnalyzerReference
{
    // Always the same instances: a workspace remembers them.
    private readonly ImmutableArray<ISourceGenerator> _generators = [new HighPerfGenerator().AsSourceGenerator()];

    public override string? FullPath => null;

    public override object Id => nameof(GeneratorReference);

    public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

    public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

    public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;

    public override ImmutableArray<ISourceGenerator> GetGeneratorsForAllLanguages() => _generators;
}
