using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>What HP0100 points at: a parameter, a property, a field, or a method for its result.</summary>
internal static class MessageMember
{
    public static ITypeSymbol? TypeOf(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        for (var current = node; current is not null and not TypeDeclarationSyntax; current = current.Parent)
        {
            switch (model.GetDeclaredSymbol(current, cancellationToken))
            {
                case IParameterSymbol parameter:
                    return parameter.Type;
                case IPropertySymbol property:
                    return property.Type;
                case IFieldSymbol field:
                    return field.Type;
                case IMethodSymbol method:
                    return method.ReturnType;
            }
        }

        return null;
    }
}
