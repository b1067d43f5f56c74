using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Contracts;

/// <summary>Where a member of a contract is declared.</summary>
internal static class MemberPlaces
{
    private const string MemberName = "HighPerf.MemberNameAttribute";

    /// <summary>The member, argument or enum value of this name in messages; null when there is none in source.</summary>
    public static ISymbol? Find(INamedTypeSymbol type, string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        var run = type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m.Name is "RunAsync" or "Run");
        var candidates = run is not null && type.TypeKind == TypeKind.Class && HasTask(type)
            ? run.Parameters
            : type.GetMembers().Where(m => m is IPropertySymbol or IFieldSymbol).Concat(type.InstanceConstructors.SelectMany(c => c.Parameters));
        return candidates.FirstOrDefault(c => NameOf(c) == name && IsInSource(c)) ?? candidates.FirstOrDefault(c => c.Name == name && IsInSource(c));
    }

    /// <summary>The type's declaration that somebody wrote, and not the generator.</summary>
    public static Location? Of(ISymbol symbol)
        => symbol.Locations.Where(l => l.IsInSource).OrderBy(l => l.SourceTree!.FilePath.EndsWith(".g.cs", System.StringComparison.Ordinal)).FirstOrDefault();

    private static bool HasTask(INamedTypeSymbol type) => type.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "HighPerf.TaskAttribute");

    private static string NameOf(ISymbol symbol)
        => symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == MemberName)?.ConstructorArguments.FirstOrDefault().Value as string ?? symbol.Name;

    private static bool IsInSource(ISymbol symbol) => Of(symbol) is { } place && !place.SourceTree!.FilePath.EndsWith(".g.cs", System.StringComparison.Ordinal);
}
