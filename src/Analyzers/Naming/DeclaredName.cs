using Microsoft.CodeAnalysis;

namespace HighPerf.Analyzers.Naming;

/// <summary>A wire name that a type claims.</summary>
internal sealed record DeclaredName(string WireName, INamedTypeSymbol Type, bool IsTask);
