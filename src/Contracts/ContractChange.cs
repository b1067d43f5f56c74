using System.Collections.Immutable;
using System.Globalization;
using HighPerf.Contracts.Locking;
using Microsoft.CodeAnalysis;

namespace HighPerf.Contracts;

/// <summary>What a diagnostic carries for the code fixes.</summary>
internal static class ContractChange
{
    public const string Kind = "kind";
    public const string Before = "before";
    public const string MemberBefore = "memberBefore";
    public const string MemberAfter = "memberAfter";
    public const string Version = "version";

    public static Diagnostic ToDiagnostic(Change change, Location location)
    {
        var properties = ImmutableDictionary<string, string?>.Empty
            .Add(Kind, change.Before.Kind)
            .Add(Before, change.Before.Name)
            .Add(MemberBefore, change.MemberBefore)
            .Add(MemberAfter, change.MemberAfter)
            .Add(Version, change.Before.Version.ToString(CultureInfo.InvariantCulture));
        return Diagnostic.Create(ContractDescriptors.ById(change.Id), location, properties, change.Message);
    }
}
