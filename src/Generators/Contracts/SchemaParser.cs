using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Contracts;

/// <summary>From a declaration to what other versions have to know of it.</summary>
internal static class SchemaParser
{
    /// <summary>The schema of an event or document.</summary>
    public static Schema Contract(INamedTypeSymbol type, AttributeData attribute, string wireName, EquatableArray<string> aliases, Location place, DiagnosticBag bag)
        => Parse(type, attribute, wireName, aliases, MembersOf(type), null, LayoutOf(type, attribute), place, bag);

    /// <summary>The schema of a task's arguments.</summary>
    public static Schema Task(
        INamedTypeSymbol type, AttributeData attribute, string wireName, EquatableArray<string> aliases, IMethodSymbol method, Func<IParameterSymbol, ITypeSymbol> messageOf, ITypeSymbol? result, Location place, DiagnosticBag bag)
    {
        var arguments = method.Parameters
            .Where(p => !TypeNames.Is(p.Type, KnownNames.TaskContext) && !TypeNames.Is(p.Type, KnownNames.CancellationToken))
            .Select(p => new SchemaMember(SchemaNames.OfMember(p), messageOf(p), !p.HasExplicitDefaultValue && !IsNullable(p.Type)))
            .ToList();
        return Parse(type, attribute, wireName, aliases, arguments, result, "", place, bag);
    }

    /// <summary>The members of a contract, or the fields of one that is encoded as its memory.</summary>
    public static List<SchemaMember> MembersOf(INamedTypeSymbol type)
        => Marks.Cases(type) is { Length: > 0 } cases ? cases.Where(c => c.ConstructorArguments.Length == 2 && c.ConstructorArguments[1].Value is ITypeSymbol).Select(UnionCase).ToList()
            : type is { IsValueType: true, IsUnmanagedType: true }
            ? type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic && !f.IsConst).Select(f => new SchemaMember(f.AssociatedSymbol?.Name ?? f.Name, f.Type, false)).ToList()
            : MemberParser.Members(type).Select(m => new SchemaMember(SchemaNames.OfMember(m), MemberParser.TypeOf(m), m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }, SchemaNames.OrderOf(m))).ToList();

    // A case is named by its tag: cases are looked up by it, and one that is added at the end is read by whoever knows it.
    private static SchemaMember UnionCase(AttributeData attribute)
        => new(Convert.ToString(attribute.ConstructorArguments[0].Value, CultureInfo.InvariantCulture), (ITypeSymbol)attribute.ConstructorArguments[1].Value!, false);

    private static Schema Parse(
        INamedTypeSymbol type, AttributeData attribute, string wireName, EquatableArray<string> aliases, List<SchemaMember> members, ITypeSymbol? result, string layout, Location place, DiagnosticBag bag)
    {
        var version = SchemaNames.Version(attribute);
        if (version < 1)
        {
            bag.Add(Descriptors.InvalidVersion, place, type.Name, version.ToString(CultureInfo.InvariantCulture));
        }

        var name = SchemaNames.First(wireName, aliases);
        var types = new SchemaTypes();
        var fingerprints = Fingerprints(name, version, layout, members, types);
        var fingerprint = fingerprints[fingerprints.Count - 1];
        fingerprints.RemoveAt(fingerprints.Count - 1);
        var upcasts = UpcastParser.Parse(type, name, version, types, place, bag);

        var facts = new List<string> { $"schema {fingerprint:x16}" };
        if (version != 1)
        {
            facts.Add($"version {version}");
        }

        if (layout.Length > 0)
        {
            facts.Add("layout " + layout);
        }

        facts.AddRange(upcasts.Select(u => $"upcast {u.From} {u.Fingerprints[0]:x16}"));
        facts.AddRange(members.Select((m, i) => $"member {(layout == "tolerant" ? m.Order ?? i : i)} {SchemaNames.Escape(m.Name)} {SchemaNames.Escape(types.NameOf(m.Type))}{(m.IsRequired ? " required" : "")}"));
        if (result is not null)
        {
            facts.Add("result " + SchemaNames.Escape(types.NameOf(result)));
        }

        facts.AddRange(types.Facts);
        return new Schema(
            version, fingerprint, fingerprints.ToEquatableArray(), (layout == "union" ? [] : members.Select(m => m.Name)).ToEquatableArray(), facts.ToEquatableArray(), upcasts);
    }

    /// <summary>
    /// Fingerprints of a version's members: of the first 0, 1, 2, … and of all. A layout that finds members by their number has one for all: whoever wrote it, it can be read.
    /// </summary>
    public static List<ulong> Fingerprints(string name, int version, string layout, List<SchemaMember> members, SchemaTypes types)
    {
        if (layout == "tolerant")
        {
            return SchemaFingerprint.OfAll(name, version, ["tolerant"]).Skip(1).ToList();
        }

        // Not the case of names: the arguments of a task and the record that stands for its earlier version are not written alike.
        var all = SchemaFingerprint.OfAll(name, version, members.Select(m => m.Name.ToLowerInvariant() + ":" + types.LayoutOf(m.Type)));

        // A struct that is its memory cannot be read in part.
        return layout == "raw" ? all.Skip(members.Count).ToList() : all;
    }

    /// <summary>Empty for an object with a header; <c>raw</c> for memory; <c>union</c> for a tag and a case; <c>tolerant</c> where an attribute asks for a layout that finds members by their number.</summary>
    public static string LayoutOf(INamedTypeSymbol type, AttributeData? attribute)
    {
        if (type is { IsValueType: true, IsUnmanagedType: true })
        {
            return "raw";
        }

        if (Marks.Cases(type).Length > 0)
        {
            return "union";
        }

        var constants = attribute is null ? [] : attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(a => a.Value));
        return constants.Any(IsTolerant) ? "tolerant" : "";
    }

    /// <summary>A constant of an enum whose name is that of a layout with lengths.</summary>
    private static bool IsTolerant(TypedConstant constant)
        => constant is { Kind: TypedConstantKind.Enum, Type: { } type }
            && type.GetMembers().OfType<IFieldSymbol>().Any(f => f.Name is "VersionTolerant" or "CircularReference" && f.HasConstantValue && Equals(f.ConstantValue, constant.Value));

    private static bool IsNullable(ITypeSymbol type)
        => type.IsReferenceType ? type.NullableAnnotation != NullableAnnotation.NotAnnotated : type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
}
