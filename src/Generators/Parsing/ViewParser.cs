using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Generators.Parsing;

/// <summary>
/// The view of a contract: <c>OrderPlacedView</c> beside <c>OrderPlaced</c>. Contracts have one, unless something else has its name or only objects will do.
/// </summary>
internal static class ViewParser
{
    public const string Suffix = "View";

    // A contract is asked about at each member of its type.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, StrongBox<string?>> Reasons = new();

    /// <summary>The view's full name; null where the contract has none.</summary>
    public static string? NameOf(INamedTypeSymbol contract, IAssemblySymbol assembly)
    {
        if (!ShapeParser.IsContract(contract) || WhyNone(contract) is not null)
        {
            return null;
        }

        var taken = Container(contract).GetTypeMembers(contract.Name + Suffix, 0);
        var isOurs = SymbolEqualityComparer.Default.Equals(contract.ContainingAssembly, assembly);
        var has = isOurs ? !taken.Any(t => SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, assembly)) : taken.Any(t => IsView(t) && SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, contract.ContainingAssembly));
        return has ? Sibling(contract) : null;
    }

    /// <summary>What keeps a contract from having a view; null for nothing but a type that has its name.</summary>
    public static string? WhyNone(INamedTypeSymbol contract) => Reasons.GetValue(contract, static c => new StrongBox<string?>(FindReason(c))).Value;

    /// <summary>The contract whose view a parameter takes; null where it is no view. In the contract's own compilation the view's type does not exist yet.</summary>
    public static INamedTypeSymbol? ContractOf(IParameterSymbol parameter, Compilation compilation, IAssemblySymbol assembly)
        => Asked(parameter, compilation) is { } found && NameOf(found, assembly) is not null ? found : null;

    /// <summary>The contract whose view a parameter asks for and does not get, and why.</summary>
    public static (INamedTypeSymbol Contract, string Why)? Refused(IParameterSymbol parameter, Compilation compilation)
        => parameter.Type is IErrorTypeSymbol && Asked(parameter, compilation) is { } found && ShapeParser.IsContract(found) && WhyNone(found) is { } why ? (found, why) : null;

    /// <summary>Whether code of other assemblies sees a type and all that it is made of.</summary>
    public static bool IsPublic(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsPublic(array.ElementType),
        INamedTypeSymbol named => named.DeclaredAccessibility == Accessibility.Public && named.TypeArguments.All(IsPublic) && (named.ContainingType is null || IsPublic(named.ContainingType)),
        _ => true,
    };

    private static string? FindReason(INamedTypeSymbol contract)
        => contract is { IsValueType: true, IsUnmanagedType: true } ? "it is a struct without references, which is read without allocating: take the struct"
        : DeclarationParser.IsGeneric(contract) ? "it is generic: each closed form is read where it is used"
        : contract.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface) || (contract.IsAbstract && Marks.Cases(contract).Length == 0) ? "it is no contract that can be read"
        : Recursion.CanContainReferences(contract) ? "it holds references to objects elsewhere in the message, which only the objects can follow"
        : null;

    private static INamedTypeSymbol? Asked(IParameterSymbol parameter, Compilation compilation)
    {
        var type = parameter.Type;
        if (!type.Name.EndsWith(Suffix, System.StringComparison.Ordinal) || type.Name.Length == Suffix.Length)
        {
            return null;
        }

        var name = type.Name.Substring(0, type.Name.Length - Suffix.Length);
        return type is IErrorTypeSymbol ? FindBySyntax(parameter, name, compilation) : type is INamedTypeSymbol view && IsView(view) ? Container(view).GetTypeMembers(name, 0).FirstOrDefault() : null;
    }

    private static INamedTypeSymbol? FindBySyntax(IParameterSymbol parameter, string name, Compilation compilation)
    {
        if (parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not ParameterSyntax { Type: { } syntax })
        {
            return null;
        }

#pragma warning disable RS1030 // A parameter may be in another part of the class than the attribute.
        var model = compilation.GetSemanticModel(syntax.SyntaxTree);
#pragma warning restore RS1030
        var container = syntax switch
        {
            QualifiedNameSyntax qualified => model.GetSymbolInfo(qualified.Left).Symbol as INamespaceOrTypeSymbol,
            AliasQualifiedNameSyntax => compilation.GlobalNamespace,
            _ => null,
        };
        if (syntax is QualifiedNameSyntax && container is null)
        {
            return null;
        }

        return model.LookupNamespacesAndTypes(syntax.SpanStart, container, name).OfType<INamedTypeSymbol>().FirstOrDefault(t => t.Arity == 0);
    }

    private static bool IsView(INamedTypeSymbol type) => type.IsRefLikeType && type.AllInterfaces.Any(i => TypeNames.Is(i, KnownNames.MessageView));

    private static INamespaceOrTypeSymbol Container(INamedTypeSymbol type) => type.ContainingType is { } outer ? outer : type.ContainingNamespace;

    private static string Sibling(INamedTypeSymbol contract)
    {
        var full = TypeNames.SourceNotNull(contract);
        var own = TypeNames.Identifier(contract.Name);
        return full.Substring(0, full.Length - own.Length) + contract.Name + Suffix;
    }
}
