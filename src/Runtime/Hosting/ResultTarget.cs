using HighPerf.Routing;

namespace HighPerf;

/// <summary>Results whose sinks are to be named.</summary>
public readonly struct ResultTarget
{
    private readonly HighPerfBuilder _builder;
    private readonly string _pattern;

    internal ResultTarget(HighPerfBuilder builder, string pattern)
    {
        _builder = builder;
        _pattern = pattern;
    }

    /// <summary>Every result is written to each of these sinks before its message is acknowledged.</summary>
    public HighPerfBuilder ToSinks(params string[] sinks)
    {
        foreach (var sink in sinks)
        {
            _builder.ResultRules.Add((new RoutePattern(_pattern), sink));
        }

        return _builder;
    }
}
