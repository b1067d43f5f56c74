namespace HighPerf.Transports;

/// <summary>The transports of the application by name. The first one is the default.</summary>
internal sealed class TransportRegistry
{
    private readonly IReadOnlyList<Transport> _transports;

    public TransportRegistry(IReadOnlyList<Transport> transports)
    {
        if (transports.Count == 0)
        {
            throw new ArgumentException("An application has at least one transport.", nameof(transports));
        }

        _transports = transports;
    }

    public IReadOnlyList<Transport> All => _transports;

    /// <summary>A transport by name; null for the default one.</summary>
    public Transport Get(string? name)
    {
        if (name is null)
        {
            return _transports[0];
        }

        foreach (var transport in _transports)
        {
            if (string.Equals(transport.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return transport;
            }
        }

        throw new HighPerfException($"There is no broker '{name}'. Known: {string.Join(", ", _transports.Select(static t => t.Name))}.");
    }
}
