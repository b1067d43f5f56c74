using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers;

/// <summary>Questions that several rules ask of operations.</summary>
internal static class Operations
{
    /// <summary>The operation within conversions and parentheses.</summary>
    public static IOperation Unwrap(IOperation operation)
    {
        while (operation is IConversionOperation { IsImplicit: true } or IParenthesizedOperation)
        {
            operation = operation is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)operation).Operand;
        }

        return operation;
    }

    /// <summary>The operation's parents, nearest first, to the outermost of the member.</summary>
    public static IEnumerable<IOperation> Parents(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }

    /// <summary>The name that is called: where a diagnostic about a call points.</summary>
    public static Location NameOf(IInvocationOperation invocation) => invocation.Syntax switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Name.GetLocation(),
        InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding } => binding.Name.GetLocation(),
        InvocationExpressionSyntax { Expression: { } expression } => expression.GetLocation(),
        _ => invocation.Syntax.GetLocation(),
    };

    /// <summary>Namespace, containing types and name of the type's definition, without arity.</summary>
    public static string FullName(ITypeSymbol type) => type.OriginalDefinition.ToDisplayString(FullNameFormat);

    private static readonly SymbolDisplayFormat FullNameFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);
}
