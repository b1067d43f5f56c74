using System;
using System.Globalization;
using System.Linq;
using System.Text;
using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Contracts;

/// <summary>The names under which contracts and members are known for good.</summary>
internal static class SchemaNames
{
    /// <summary>A contract within another: its first name, which survives renames, and its version.</summary>
    public static string Of(INamedTypeSymbol contract)
    {
        var attribute = TypeNames.Attribute(contract, KnownNames.Document) ?? TypeNames.Attribute(contract, KnownNames.Event);
        if (attribute is null)
        {
            return TypeNames.WireName(contract);
        }

        var name = attribute.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0].Value is string given ? given : TypeNames.WireName(contract);
        var version = Version(attribute);
        return First(name, DeclarationParser.Aliases(attribute)) + (version == 1 ? "" : "@" + version.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The first name that a declaration had: former names are appended.</summary>
    public static string First(string name, Model.EquatableArray<string> aliases) => aliases.Count == 0 ? name : aliases[0];

    public static int Version(AttributeData attribute)
        => attribute.NamedArguments.Where(a => a.Key == "Version").Select(a => a.Value.Value).OfType<int>().DefaultIfEmpty(1).First();

    /// <summary>A member's name in messages: that of <c>[MemberName]</c> on it, or on the parameter of a primary constructor that it comes from.</summary>
    public static string OfMember(ISymbol member)
    {
        var attribute = TypeNames.Attribute(member, KnownNames.MemberName);
        if (attribute is null && member is IPropertySymbol or IFieldSymbol)
        {
            attribute = member.ContainingType.InstanceConstructors.SelectMany(c => c.Parameters)
                .Where(p => p.Name == member.Name)
                .Select(p => TypeNames.Attribute(p, KnownNames.MemberName))
                .FirstOrDefault(a => a is not null);
        }

        return attribute is { ConstructorArguments.Length: 1 } && attribute.ConstructorArguments[0].Value is string { Length: > 0 } given ? given : member.Name;
    }

    /// <summary>The number that an attribute such as <c>[MemberOrder(3)]</c> or <c>[MemoryPackOrder(3)]</c> gives a member; null for none.</summary>
    public static int? OrderOf(ISymbol member)
        => member.GetAttributes()
            .Where(a => a.AttributeClass?.Name is "MemberOrderAttribute" or "MemoryPackOrderAttribute" && a.ConstructorArguments.Length == 1)
            .Select(a => a.ConstructorArguments[0].Value as int?)
            .FirstOrDefault();

    /// <summary>A name as one word of a line; Locking/Names.cs of HighPerf.Contracts reads it.</summary>
    public static string Escape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '%' or '#' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c))
            {
                text.Append('%').Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }
}
