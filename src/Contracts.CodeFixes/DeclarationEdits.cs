using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Contracts.CodeFixes;

/// <summary>Changes to the attribute of a declaration.</summary>
internal static class DeclarationEdits
{
    /// <summary>The <c>[Task]</c>, <c>[Event]</c> or <c>[Document]</c> of a type.</summary>
    public static AttributeSyntax? AttributeOf(TypeDeclarationSyntax type)
        => type.AttributeLists.SelectMany(l => l.Attributes).FirstOrDefault(a => LastName(a.Name) is "Task" or "TaskAttribute" or "Event" or "EventAttribute" or "Document" or "DocumentAttribute");

    /// <summary>Sets a named argument.</summary>
    public static AttributeSyntax With(AttributeSyntax attribute, string name, ExpressionSyntax value)
    {
        var argument = SyntaxFactory.AttributeArgument(SyntaxFactory.NameEquals(name), null, value).NormalizeWhitespace();
        var existing = attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name);
        return existing is not null
            ? attribute.WithArgumentList(attribute.ArgumentList!.ReplaceNode(existing, argument.WithTriviaFrom(existing)))
            : attribute.WithArgumentList((attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList()).AddArguments(argument.WithLeadingTrivia(Space(attribute))));
    }

    /// <summary>Sets the wire name.</summary>
    public static AttributeSyntax WithName(AttributeSyntax attribute, string name)
    {
        var argument = SyntaxFactory.AttributeArgument(Text(name));
        var existing = attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals is null);
        if (existing is not null)
        {
            return attribute.WithArgumentList(attribute.ArgumentList!.ReplaceNode(existing, argument.WithTriviaFrom(existing)));
        }

        var others = attribute.ArgumentList?.Arguments.Select(a => a.WithLeadingTrivia(SyntaxFactory.Space)) ?? [];
        return attribute.WithArgumentList(SyntaxFactory.AttributeArgumentList(SyntaxFactory.SeparatedList(others.Prepend(argument))));
    }

    /// <summary>Adds a former name behind those that are there.</summary>
    public static AttributeSyntax WithAlias(AttributeSyntax attribute, string name)
    {
        var existing = attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == "Aliases")?.Expression;
        var text = Text(name).ToString();
        var value = existing switch
        {
            CollectionExpressionSyntax { Elements.Count: > 0 } list => list.ToString().TrimEnd(']') + ", " + text + "]",
            ImplicitArrayCreationExpressionSyntax { Initializer.Expressions.Count: > 0 } array => array.ToString().TrimEnd('}', ' ') + ", " + text + " }",
            ArrayCreationExpressionSyntax { Initializer.Expressions.Count: > 0 } array => array.ToString().TrimEnd('}', ' ') + ", " + text + " }",
            _ => "[" + text + "]",
        };
        return With(attribute, "Aliases", SyntaxFactory.ParseExpression(value));
    }

    public static ExpressionSyntax Text(string value) => SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(value));

    private static SyntaxTrivia[] Space(AttributeSyntax attribute) => attribute.ArgumentList is { Arguments.Count: > 0 } ? [SyntaxFactory.Space] : [];

    private static string LastName(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => name.ToString(),
    };
}
