using System.Globalization;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>The first error as the reason why a contract cannot be part of another; warnings are for its own declaration.</summary>
internal sealed class ReasonReports : IReports
{
    public string? Reason { get; private set; }

    public void Add(DiagnosticDescriptor descriptor, ISymbol? member, params string[] arguments)
    {
        if (descriptor.DefaultSeverity == DiagnosticSeverity.Error)
        {
            Reason ??= string.Format(CultureInfo.InvariantCulture, descriptor.MessageFormat.ToString(CultureInfo.InvariantCulture), arguments);
        }
    }
}
