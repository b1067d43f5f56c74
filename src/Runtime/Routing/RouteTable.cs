using HighPerf.Transports;

namespace HighPerf.Routing;

/// <summary>
/// Decides where a message goes. The most specific matching rule wins, a later one over an earlier one that is as specific; then the queue that the task declares;
/// then the default queue of the default broker.
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

    public Destination Resolve(MessageDescriptor message, string? declaredQueue)
    {
        var best = Find(message);
        return _transports.Get(best?.Broker).GetDestination(best?.Queue ?? declaredQueue ?? _defaultQueue);
    }

    /// <summary>True if the message's route says that its body is JSON.</summary>
    public bool IsJson(MessageDescriptor message) => Find(message) is { IsJson: true };

    private RouteRule? Find(MessageDescriptor message)
    {
        RouteRule? best = null;
        foreach (var rule in _rules)
        {
            if (rule.Pattern.IsMatch(message.Name) && (best is null || rule.Pattern.Specificity >= best.Pattern.Specificity))
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
