namespace HighPerf.Routing;

/// <summary>One route: what it is for, and where it leads.</summary>
/// <param name="Pattern">Names that it is for.</param>
/// <param name="Broker">Name of the transport; null for the default one.</param>
/// <param name="Queue">Queue; null for the declared or default one.</param>
/// <param name="IsJson">Bodies are JSON.</param>
internal sealed record RouteRule(RoutePattern Pattern, string? Broker, string? Queue, bool IsJson = false);
