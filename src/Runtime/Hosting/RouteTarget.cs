using HighPerf.Routing;

namespace HighPerf;

/// <summary>A route that was begun: say where it leads, and in what form. Of one route the last word counts.</summary>
public sealed class RouteTarget
{
    private readonly HighPerfBuilder _builder;
    private RouteRule _rule;
    private int _index = -1;

    internal RouteTarget(HighPerfBuilder builder, string pattern)
    {
        _builder = builder;
        _rule = new RouteRule(new RoutePattern(pattern), Broker: null, Queue: null);
    }

    /// <summary>Leads to a broker, and to a queue of it.</summary>
    /// <param name="broker">Name of the broker, as added.</param>
    /// <param name="queue">Queue; the declared or default one when null.</param>
    public RouteTarget To(string broker, string? queue = null) => Set(_rule with { Broker = broker, Queue = queue });

    /// <summary>Leads to a queue of the default broker.</summary>
    public RouteTarget ToQueue(string queue) => Set(_rule with { Broker = null, Queue = queue });

    /// <summary>Is for messages of this tenant only (<see cref="CallOptions.Tenant"/>). A route with a condition wins over one without.</summary>
    public RouteTarget ForTenant(string tenant)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tenant);
        return Set(_rule with { Tenant = tenant });
    }

    /// <summary>Is for messages with this label only (<see cref="CallOptions.Label"/>). A route with a condition wins over one without.</summary>
    public RouteTarget ForLabel(string label)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(label);
        return Set(_rule with { Label = label });
    }

    /// <summary>Bodies are published as JSON, for programs in other languages; results of such calls are JSON too. With nothing else said the message goes where it would go anyway.</summary>
    public RouteTarget AsJson()
    {
        _builder.UseJson();
        return Set(_rule with { IsJson = true });
    }

    private RouteTarget Set(RouteRule rule)
    {
        _rule = rule;
        if (_index < 0)
        {
            _index = _builder.Routes.Count;
            _builder.Routes.Add(rule);
        }
        else
        {
            _builder.Routes[_index] = rule;
        }

        return this;
    }
}
