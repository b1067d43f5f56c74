namespace HighPerf.Routing;

/// <summary>One route: what it is for, and where it leads.</summary>
/// <param name="Pattern">Names that it is for.</param>
/// <param name="Broker">Name of the transport; null for the default one.</param>
/// <param name="Queue">Queue; null for the declared or default one.</param>
/// <param name="IsJson">Bodies are JSON.</param>
/// <param name="Tenant">The tenant that it is for; null for any and none.</param>
/// <param name="Label">The label that it is for; null for any and none.</param>
internal sealed record RouteRule(RoutePattern Pattern, string? Broker, string? Queue, bool IsJson = false, string? Tenant = null, string? Label = null)
{
    /// <summary>True if it is for some messages of a name only.</summary>
    public bool IsConditional => Tenant is not null || Label is not null;

    /// <summary>Of two rules that match the one with more conditions wins, then the one with the more specific name, then the later one.</summary>
    public bool Beats(RouteRule? other) => other is null || (Conditions, Pattern.Specificity).CompareTo((other.Conditions, other.Pattern.Specificity)) >= 0;

    private int Conditions => (Tenant is null ? 0 : 1) + (Label is null ? 0 : 1);

    public bool IsMatch(string name, string? tenant, string? label) => (Tenant is null || Tenant == tenant) && (Label is null || Label == label) && Pattern.IsMatch(name);
}
