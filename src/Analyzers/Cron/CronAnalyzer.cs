using System.Collections.Immutable;
using System.Linq;
using HighPerf.Scheduling;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace HighPerf.Analyzers.Cron;

/// <summary>HP0023: the expression in <c>[Cron("...")]</c> parses and comes to pass. Silent until the runtime declares that attribute.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CronAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rules.CronProblem);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("HighPerf.CronAttribute") is { } cron)
            {
                start.RegisterSymbolAction(symbol => Check(symbol, cron), SymbolKind.NamedType);
            }
        });
    }

    private static void Check(SymbolAnalysisContext context, INamedTypeSymbol cron)
    {
        foreach (var attribute in context.Symbol.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, cron)
                && attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0].Value is string text
                && CronExpression.Parse(text, out var problem) is null
                && attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is AttributeSyntax syntax)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.CronProblem, Place(syntax), text, problem));
            }
        }
    }

    private static Location Place(AttributeSyntax attribute)
        => (attribute.ArgumentList?.Arguments.FirstOrDefault(static a => a.NameEquals is null)?.Expression ?? (SyntaxNode)attribute).GetLocation();
}
