using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Blocking;

/// <summary>What a variable was made with, where its declaration says so.</summary>
internal static class Initializer
{
    /// <summary>The type of the object that the expression, or the initializer of the local, creates; null when that is not to be seen.</summary>
    public static ITypeSymbol? TypeOf(IOperation operation) => Creation(operation)?.Type;

    /// <summary>True for a reader over something that is in memory.</summary>
    public static bool IsOverMemory(IOperation reader)
    {
        if (Creation(reader) is not { Arguments: { Length: > 0 } arguments })
        {
            return false;
        }

        var source = Operations.Unwrap(arguments[0].Value);
        return (TypeOf(source) ?? source.Type) is { } type && Operations.FullName(type) is "System.IO.MemoryStream" or "System.IO.UnmanagedMemoryStream";
    }

    private static IObjectCreationOperation? Creation(IOperation operation)
    {
        operation = Operations.Unwrap(operation);
        if (operation is IObjectCreationOperation created)
        {
            return created;
        }

        if (operation is not ILocalReferenceOperation local)
        {
            return null;
        }

        foreach (var part in Bodies.Of(operation).Descendants())
        {
            if (part is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, local.Local))
            {
                return declarator.GetVariableInitializer() is { } initializer ? Operations.Unwrap(initializer.Value) as IObjectCreationOperation : null;
            }
        }

        return null;
    }
}
