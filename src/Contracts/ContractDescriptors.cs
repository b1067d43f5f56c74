using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Contracts;

/// <summary>The diagnostics about contracts.lock that are reported at declarations. The build task reports the same, and HP0300 and HP0310 on top.</summary>
internal static class ContractDescriptors
{
    private const string Help = "https://highperf.dev/diagnostics/";
    private const string Category = "HighPerf.Contracts";

    public static readonly DiagnosticDescriptor ContractRemoved = Error("HP0301", "A contract is gone or has another wire name");
    public static readonly DiagnosticDescriptor MemberRemoved = Error("HP0302", "A member of a contract is gone");
    public static readonly DiagnosticDescriptor MemberRenamed = Error("HP0303", "A member of a contract has another name");
    public static readonly DiagnosticDescriptor MemberRetyped = Error("HP0304", "A member of a contract has another type");
    public static readonly DiagnosticDescriptor MembersReordered = Error("HP0305", "Members of a contract changed places");
    public static readonly DiagnosticDescriptor MemberRequired = Error("HP0306", "A member of a contract is newly required");
    public static readonly DiagnosticDescriptor EnumNarrowed = Error("HP0307", "An enum in a contract has lost a value");
    public static readonly DiagnosticDescriptor LayoutChanged = Error("HP0308", "A contract or a struct in one is laid out differently");
    public static readonly DiagnosticDescriptor ReadingLost = Error("HP0309", "A former name or version of a contract is no longer read");

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        ContractRemoved, MemberRemoved, MemberRenamed, MemberRetyped, MembersReordered, MemberRequired, EnumNarrowed, LayoutChanged, ReadingLost,
    ];

    private static readonly Dictionary<string, DiagnosticDescriptor> s_byId = All.ToDictionary(d => d.Id);

    public static DiagnosticDescriptor ById(string id) => s_byId[id];

    private static DiagnosticDescriptor Error(string id, string title)
        => new(id, title, "{0}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + id);
}
