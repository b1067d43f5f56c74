using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Members' names in JSON: camel case, or what <c>[JsonPropertyName]</c> says. The attributes are known by name.</summary>
internal static class JsonNames
{
    private const string PropertyName = "System.Text.Json.Serialization.JsonPropertyNameAttribute";
    private const string Ignore = "System.Text.Json.Serialization.JsonIgnoreAttribute";

    public static List<JsonMember> Of(List<ISymbol> members)
    {
        // Two members may differ in case only: the later one keeps its name as it is.
        var taken = new HashSet<string>(members.Select(Given).OfType<string>(), StringComparer.Ordinal);
        var named = new List<JsonMember>();
        foreach (var member in members)
        {
            var name = Given(member);
            if (name is null)
            {
                name = taken.Contains(CamelCase(member.Name)) ? member.Name : CamelCase(member.Name);
                while (!taken.Add(name))
                {
                    name += "_";
                }
            }

            named.Add(new JsonMember(name, Inclusion(member), member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }));
        }

        return named;
    }

    /// <summary>The leading capitals in lower case, but not the last of them when a small letter follows it: <c>IPAddress</c> is <c>ipAddress</c>.</summary>
    public static string CamelCase(string name)
    {
        var letters = name.ToCharArray();
        for (var i = 0; i < letters.Length && char.IsUpper(letters[i]); i++)
        {
            if (i > 0 && i + 1 < letters.Length && !char.IsUpper(letters[i + 1]))
            {
                break;
            }

            letters[i] = char.ToLowerInvariant(letters[i]);
        }

        return new string(letters);
    }

    private static string? Given(ISymbol member)
        => TypeNames.Attribute(member, PropertyName) is { ConstructorArguments.Length: 1 } attribute ? attribute.ConstructorArguments[0].Value as string : null;

    private static JsonInclusion Inclusion(ISymbol member)
    {
        if (TypeNames.Attribute(member, Ignore) is not { } attribute)
        {
            return JsonInclusion.Always;
        }

        // Never 0, Always 1, WhenWritingDefault 2, WhenWritingNull 3: the enum says when the member is ignored.
        var condition = attribute.NamedArguments.Where(a => a.Key == "Condition").Select(a => Convert.ToInt32(a.Value.Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(1).First();
        return condition switch
        {
            0 => JsonInclusion.Always,
            2 => JsonInclusion.WhenNotDefault,
            3 => JsonInclusion.WhenNotNull,
            _ => JsonInclusion.Never,
        };
    }
}
