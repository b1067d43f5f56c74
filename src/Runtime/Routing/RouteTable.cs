using HighPerf.Transports;

namespace HighPerf.Routing;

/// <summary>
/// Decides where a message goes. Of the rules that match the one with the most conditions wins (tenant, label), then the one with the most specific name, then the later one;
/// then the queue that the task declares; then the default queue of the default broker.
/// </summary>
internal sealed class RouteTable
{
    private readonly IReadOnlyList<RouteRule> _rules;
    private readonly TransportRegistry _transports;
    private readonly string _defaultQueue;

    public RouteTable(IReadOnlyList<RouteRule> rules, TransportRegistry transports, string defaultQueue)
    {
        _rules = rules;
        _transports = transports;
        _defaultQueue = defaultQueue;
    }

    /// <summary>True if a route goes by tenant or label.</summary>
    public bool HasConditions => _rules.Any(static rule => rule.IsConditional);

    /// <summary>Where messages of a name go of which neither tenant nor label is said.</summary>
    public Destination Resolve(MessageDescriptor message, string? declaredQueue) => Resolve(message, declaredQueue, tenant: null, label: null);

    public Destination Resolve(MessageDescriptor message, string? declaredQueue, string? tenant, string? label) => DestinationOf(Find(message, tenant, label), declaredQueue);

    /// <summary>Everywhere where messages of a name may go.</summary>
    public IEnumerable<Destination> ResolveAll(MessageDescriptor message, string? declaredQueue)
        => _rules.Where(rule => rule.IsConditional && rule.Pattern.IsMatch(message.Name)).Select(rule => DestinationOf(rule, declaredQueue)).Prepend(Resolve(message, declaredQueue));

    /// <summary>True if the message's route says that its body is JSON. Tenant and label do not matter for that.</summary>
    public bool IsJson(MessageDescriptor message) => Find(message, tenant: null, label: null) is { IsJson: true };

    private Destination DestinationOf(RouteRule? rule, string? declaredQueue) => _transports.Get(rule?.Broker).GetDestination(rule?.Queue ?? declaredQueue ?? _defaultQueue);

    private RouteRule? Find(MessageDescriptor message, string? tenant, string? label)
    {
        RouteRule? best = null;
        foreach (var rule in _rules)
        {
            if (rule.Beats(best) && rule.IsMatch(message.Name, tenant, label))
            {
                best = rule;
            }
        }

        return best;
    }

    /// <summary>A queue by its text: <c>queue</c> of the default broker, or <c>broker/queue</c>.</summary>
    public Destination ResolveQueue(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? _transports.Get(null).GetDestination(text) : _transports.Get(text[..slash]).GetDestination(text[(slash + 1)..]);
    }
}
