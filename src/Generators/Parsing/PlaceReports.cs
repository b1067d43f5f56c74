using HighPerf.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Diagnostics at one place.</summary>
internal sealed class PlaceReports(Location? place, DiagnosticBag bag) : IReports
{
    public void Add(DiagnosticDescriptor descriptor, ISymbol? member, params string[] arguments) => bag.Add(descriptor, place, arguments);
}
