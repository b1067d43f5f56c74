using System.Collections.Immutable;
using HighPerf.Contracts.Locking;
using HighPerf.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Contracts.Tests;

/// <summary>Source that is compiled with the generator, as a user's project is.</summary>
internal static class Project
{
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using HighPerf;
        """;

    public static ImmutableArray<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "HighPerf.Runtime.dll"))
            .Select(p => (MetadataReference)MetadataReference.CreateFromFile(p)),
    ];

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp13);

    public static CSharpCompilationOptions Options { get; } = new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>Compiles, and fails when that fails.</summary>
    public static Compilation Compile(string source, params MetadataReference[] references)
    {
        var compilation = CSharpCompilation.Create(
            "Shop", new[] { Usings, source }.Select((s, i) => CSharpSyntaxTree.ParseText(s, ParseOptions, $"Source{i}.cs")), References.AddRange(references), Options);
        CSharpGeneratorDriver.Create([new HighPerfGenerator().AsSourceGenerator()], parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var reported);
        Assert.Empty(reported);
        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        return output;
    }

    public static ContractSet Model(string source, params MetadataReference[] references) => DeclaredContracts.Of(Compile(source, references)).Model;

    /// <summary>What stands between two states of a source.</summary>
    public static List<Change> Compare(string before, string after)
        => ContractComparer.Compare(ContractSet.Parse(Model(before).ToFile(), fromFile: true), Model(after));
}
