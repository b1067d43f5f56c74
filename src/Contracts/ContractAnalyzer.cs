using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using HighPerf.Contracts.Locking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Contracts;

/// <summary>Compares the contracts of a compilation with contracts.lock and reports what other versions cannot live with, where it is declared.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ContractDescriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        if (context.Options.AdditionalFiles.FirstOrDefault(f => IsLock(f, context.Options)) is not { } file || IsSilenced(context.Options)
            || file.GetText(context.CancellationToken) is not { } text || Read(text) is not { } before)
        {
            return;
        }

        var declared = DeclaredContracts.Of(context.Compilation);
        var changes = ContractComparer.Compare(before, declared.Model);
        if (changes.Count == 0)
        {
            return;
        }

        var compilation = context.Compilation;
        var byType = new Dictionary<INamedTypeSymbol, List<Change>>(SymbolEqualityComparer.Default);
        var homeless = new List<Change>();
        foreach (var change in changes)
        {
            if (change.After is { } after && declared.DeclarationOf(after, compilation) is { } type)
            {
                byType[type] = byType.TryGetValue(type, out var list) ? list : [];
                byType[type].Add(change);
            }
            else if (change.After is not null || !declared.IsInTheMaking(change.Before, compilation))
            {
                homeless.Add(change);
            }
        }

        if (byType.Count > 0)
        {
            context.RegisterSymbolAction(c => Report(c, byType), SymbolKind.NamedType);
        }

        if (homeless.Count > 0)
        {
            context.RegisterAdditionalFileAction(c => Report(c, file, text, homeless));
        }
    }

    private static void Report(SymbolAnalysisContext context, Dictionary<INamedTypeSymbol, List<Change>> byType)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!byType.TryGetValue(type, out var changes))
        {
            return;
        }

        foreach (var change in changes)
        {
            var place = MemberPlaces.Find(type, change.MemberAfter) is { } member ? MemberPlaces.Of(member) : null;
            if ((place ?? MemberPlaces.Of(type)) is { } location)
            {
                context.ReportDiagnostic(ContractChange.ToDiagnostic(change, location));
            }
        }
    }

    /// <summary>What has no declaration any more is reported in the file.</summary>
    private static void Report(AdditionalFileAnalysisContext context, AdditionalText file, SourceText text, List<Change> changes)
    {
        if (context.AdditionalFile != file)
        {
            return;
        }

        foreach (var change in changes)
        {
            var line = text.Lines[Math.Min(Math.Max(change.Line - 1, 0), text.Lines.Count - 1)];
            context.ReportDiagnostic(ContractChange.ToDiagnostic(change, Location.Create(file.Path, line.Span, text.Lines.GetLinePositionSpan(line.Span))));
        }
    }

    internal static bool IsLock(AdditionalText file, AnalyzerOptions options) => IsLock(file.Path, options.AnalyzerConfigOptionsProvider.GlobalOptions);

    internal static bool IsLock(string path, AnalyzerConfigOptions options)
        => string.Equals(Path.GetFileName(path), ContractSet.FileName, StringComparison.OrdinalIgnoreCase)
            || (options.TryGetValue("build_property.HighPerfContractsFile", out var configured) && configured.Length > 0 && string.Equals(Path.GetFileName(path), Path.GetFileName(configured), StringComparison.OrdinalIgnoreCase));

    private static bool IsSilenced(AnalyzerOptions options)
        => options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.HighPerfContracts", out var mode) && mode is "accept" or "off";

    private static ContractSet? Read(SourceText text)
    {
        try
        {
            return ContractSet.Parse(text.ToString(), fromFile: true);
        }
        catch (LockFormatException)
        {
            // The build task says where.
            return null;
        }
    }
}
