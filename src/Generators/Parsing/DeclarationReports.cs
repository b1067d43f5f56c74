using System.Linq;
using HighPerf.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Diagnostics at a declaration: at its members where they are its own, else at its name.</summary>
internal sealed class DeclarationReports(INamedTypeSymbol type, Location place, DiagnosticBag bag, bool warns = true) : IReports
{
    public void Add(DiagnosticDescriptor descriptor, ISymbol? member, params string[] arguments)
    {
        // A type that was written for MemoryPack is right as it is where it is not wrong.
        if (!warns && descriptor.DefaultSeverity != DiagnosticSeverity.Error)
        {
            return;
        }

        var own = member is not null && SymbolEqualityComparer.Default.Equals(member.ContainingType, type) && member.Locations.FirstOrDefault() is { IsInSource: true } at ? at : place;
        bag.Add(descriptor, own, arguments);
    }
}
