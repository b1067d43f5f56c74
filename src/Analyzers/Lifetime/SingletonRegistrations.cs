using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Analyzers.Lifetime;

/// <summary>Whether this project registers a type as a singleton. By name only: it decides between a warning and silence, and only where there is something to warn of.</summary>
internal static class SingletonRegistrations
{
    public static bool Names(ITypeSymbol type, Compilation compilation)
        => compilation.SyntaxTrees.Any(tree => tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => Registers(call, type.Name)));

    private static bool Registers(InvocationExpressionSyntax call, string name)
    {
        var method = call.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            _ => null,
        };
        if (method?.Identifier.ValueText is not ("AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" or "TryAddKeyedSingleton"))
        {
            return false;
        }

        var types = method is GenericNameSyntax generic
            ? generic.TypeArgumentList.Arguments
            : call.ArgumentList.Arguments.Select(static a => a.Expression).OfType<TypeOfExpressionSyntax>().Select(static t => t.Type);
        return types.Any(t => t.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(n => n.Identifier.ValueText == name))
            || call.ArgumentList.Arguments.Any(a => a.Expression is ObjectCreationExpressionSyntax created && created.Type.ToString() == name);
    }
}
