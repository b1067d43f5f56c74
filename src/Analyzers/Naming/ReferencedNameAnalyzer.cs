using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace HighPerf.Analyzers.Naming;

/// <summary>
/// HP0022: no declaration has the wire name of one in a referenced assembly, and no two referenced assemblies handle the same command. Within one assembly that is
/// the generator's to say (HP0010).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReferencedNameAnalyzer : DiagnosticAnalyzer
{
    /// <summary>Property of a diagnostic: the wire name that clashes.</summary>
    internal const string WireName = "name";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rules.NameInReference);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(Begin);
    }

    private static void Begin(CompilationStartAnalysisContext context)
    {
        if (KnownTypes.Of(context.Compilation) is null)
        {
            return;
        }

        var names = new DeclaredNames(context.Compilation);
        var compilation = context.Compilation;
        var referenced = new Lazy<ImmutableDictionary<string, ImmutableArray<DeclaredName>>>(() => names.InReferences(compilation, CancellationToken.None));
        context.RegisterSymbolAction(
            symbol =>
            {
                var type = (INamedTypeSymbol)symbol.Symbol;
                foreach (var own in names.Of(type))
                {
                    if (referenced.Value.TryGetValue(own.WireName, out var others))
                    {
                        symbol.ReportDiagnostic(Report(own, others[0], type.Locations.FirstOrDefault()));
                    }
                }
            },
            SymbolKind.NamedType);
        context.RegisterCompilationEndAction(end =>
        {
            foreach (var one in referenced.Value.Values.OrderBy(static n => n[0].WireName, StringComparer.Ordinal))
            {
                var tasks = one.Where(static n => n.IsTask).ToList();
                if (tasks.Count > 1 && !SymbolEqualityComparer.Default.Equals(tasks[0].Type, tasks[1].Type))
                {
                    end.ReportDiagnostic(Report(tasks[0], tasks[1], null));
                }
            }
        });
    }

    private static Diagnostic Report(DeclaredName one, DeclaredName other, Location? place)
        => Diagnostic.Create(
            Rules.NameInReference,
            place,
            ImmutableDictionary<string, string?>.Empty.Add(WireName, one.WireName),
            one.Type.ToDisplayString(),
            other.Type.ToDisplayString(),
            other.Type.ContainingAssembly.Name,
            one.WireName);
}
