using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Where the parser of a contract's body says what is wrong: at a declaration, as diagnostics; of a contract that is used elsewhere, as the reason why it cannot be.</summary>
internal interface IReports
{
    void Add(DiagnosticDescriptor descriptor, ISymbol? member, params string[] arguments);
}
