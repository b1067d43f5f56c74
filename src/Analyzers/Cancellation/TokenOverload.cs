using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Cancellation;

/// <summary>Whether a call could take a token: through an optional parameter, or an overload that is the same but for it.</summary>
internal static class TokenOverload
{
    public static TokenArgument? Find(IInvocationOperation call, KnownTypes known, Compilation compilation, INamedTypeSymbol within)
    {
        if (call.Syntax is not InvocationExpressionSyntax syntax)
        {
            return null;
        }

        foreach (var argument in call.Arguments)
        {
            if (argument is { ArgumentKind: ArgumentKind.DefaultValue, Parameter: { } optional } && known.IsToken(optional.Type))
            {
                return Place(call, syntax, optional);
            }
        }

        var target = call.TargetMethod;
        if (target.Parameters.Any(p => p.IsParams || known.IsToken(p.Type)))
        {
            return null;
        }

        for (var type = target.ContainingType; type is not null; type = target.IsStatic ? null : type.BaseType)
        {
            foreach (var member in type.GetMembers(target.Name))
            {
                if (member is IMethodSymbol other && Fits(call, target, other, known, compilation, within) is { } token)
                {
                    return Place(call, syntax, token);
                }
            }
        }

        return null;
    }

    /// <summary>The token's parameter in <paramref name="other"/>, when that method takes what is passed and a token.</summary>
    private static IParameterSymbol? Fits(IInvocationOperation call, IMethodSymbol target, IMethodSymbol other, KnownTypes known, Compilation compilation, INamedTypeSymbol within)
    {
        if (other.IsStatic != target.IsStatic || other.Arity != target.Arity || other.Parameters.Length != target.Parameters.Length + 1
            || known.IsObsolete(other) || !compilation.IsSymbolAccessibleWithin(other, within))
        {
            return null;
        }

        var constructed = other.Arity > 0 ? other.Construct(target.TypeArguments, target.TypeArgumentNullableAnnotations) : other;
        var at = -1;
        for (var i = 0; i < constructed.Parameters.Length; i++)
        {
            var parameter = constructed.Parameters[i];
            if (at < 0 && known.IsToken(parameter.Type))
            {
                at = i;
                continue;
            }

            var index = at < 0 ? i : i - 1;
            if (index >= target.Parameters.Length || target.Parameters[index].RefKind != parameter.RefKind
                || !SymbolEqualityComparer.Default.Equals(target.Parameters[index].Type, parameter.Type))
            {
                return null;
            }
        }

        return at >= 0 && Returns(call, target.ReturnType, constructed.ReturnType, known) ? constructed.Parameters[at] : null;
    }

    // Where the result is awaited on the spot, a Task<T> may as well be a ValueTask<T>.
    private static bool Returns(IInvocationOperation call, ITypeSymbol one, ITypeSymbol other, KnownTypes known)
    {
        if (SymbolEqualityComparer.Default.Equals(one, other))
        {
            return true;
        }

        return call.Parent is IAwaitOperation && known.IsAwaitable(one) && known.IsAwaitable(other)
            && one is INamedTypeSymbol a && other is INamedTypeSymbol b && a.TypeArguments.SequenceEqual<ITypeSymbol, ITypeSymbol>(b.TypeArguments, SymbolEqualityComparer.Default);
    }

    private static TokenArgument Place(IInvocationOperation call, InvocationExpressionSyntax syntax, IParameterSymbol token)
    {
        var arguments = syntax.ArgumentList.Arguments;

        // The receiver of an extension method is an argument, too, but not in the list.
        var receiver = call.Arguments.Any(a => a.ArgumentKind == ArgumentKind.Explicit && a.Syntax is not ArgumentSyntax) ? 1 : 0;
        var index = token.Ordinal - receiver;
        return index > arguments.Count || arguments.Any(a => a.NameColon is not null)
            ? new TokenArgument(token.Name, arguments.Count, true)
            : new TokenArgument(token.Name, index, false);
    }
}
