namespace HighPerf.Transports;

/// <summary>What the application asks of a broker. A broker that gives less ends the start (contract D2, D21).</summary>
internal sealed class TransportRequirements
{
    private readonly List<(TransportFeature Feature, SupportLevel AtLeast)> _features = [];
    private DurabilityLevel _durability;

    public void Add(DurabilityLevel level) => _durability = level > _durability ? level : _durability;

    public void Add(TransportFeature feature, SupportLevel atLeast) => _features.Add((feature, atLeast));

    /// <summary>What a started transport does not give, in one text with all that it does give; null when it gives everything.</summary>
    public string? WhatIsMissing(Transport transport)
    {
        var capabilities = transport.Capabilities;
        var missing = _features
            .Where(asked => capabilities[asked.Feature].Level < asked.AtLeast)
            .Select(asked => $"{TransportCapabilities.NameOf(asked.Feature)} has to be {TransportSupport.Word(asked.AtLeast)} and is {capabilities[asked.Feature]}")
            .ToList();
        if (transport.Durability < _durability)
        {
            missing.Insert(0, $"accepted messages have to survive {_durability.WhatIsSurvived()} and survive {transport.Durability.WhatIsSurvived()}");
        }

        return missing.Count == 0
            ? null
            : $"Broker '{transport.Name}' ({transport.Description}): {string.Join("; ", missing)}. Ask for less, configure the broker, or use another one. This one gives:{Environment.NewLine}{Indent(capabilities.ToTable())}";
    }

    private static string Indent(string lines) => "      " + lines.Replace(Environment.NewLine, Environment.NewLine + "      ", StringComparison.Ordinal);
}
