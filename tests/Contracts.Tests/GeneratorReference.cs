using System.Collections.Immutable;
using HighPerf.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace HighPerf.Contracts.Tests;

/// <summary>The generator and the analyzer, as an editor's project has them.</summary>
internal sealed class GeneratorReference : AnalyzerReference
{
    // The same each time: editors look them up by themselves.
    private readonly ImmutableArray<ISourceGenerator> _generators = [new HighPerfGenerator().AsSourceGenerator()];

    public override string FullPath => "HighPerf";

    public override object Id => nameof(GeneratorReference);

    public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [new ContractAnalyzer()];

    public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => GetAnalyzers(LanguageNames.CSharp);

    public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;

    public override ImmutableArray<ISourceGenerator> GetGeneratorsForAllLanguages() => _generators;
}
