namespace HighPerf.Transports;

/// <summary>A transport's destinations by name: the same object for the same name, found without a lock. For authors of transports.</summary>
/// <typeparam name="TDestination">The transport's own kind.</typeparam>
/// <param name="create">Makes one; called once for a name.</param>
public sealed class DestinationMap<TDestination>(Func<string, TDestination> create)
    where TDestination : Destination
{
    private readonly Lock _lock = new();
    private Action<TDestination>? _close;
    private volatile Dictionary<string, TDestination> _byName = new(StringComparer.Ordinal);

    /// <summary>Those that were asked for until now.</summary>
    public IReadOnlyCollection<TDestination> All => _byName.Values;

    /// <summary>The destination with this name.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public TDestination Get(string name)
    {
        if (_byName.TryGetValue(name, out var destination))
        {
            return destination;
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        lock (_lock)
        {
            if (_byName.TryGetValue(name, out destination))
            {
                return destination;
            }

            destination = create(name);
            _close?.Invoke(destination);
            _byName = new Dictionary<string, TDestination>(_byName, StringComparer.Ordinal) { [name] = destination };
            return destination;
        }
    }

    /// <summary>Ends all of them, and each one that is asked for from now on.</summary>
    public void Close(Action<TDestination> close)
    {
        lock (_lock)
        {
            _close = close;
        }

        foreach (var destination in _byName.Values)
        {
            close(destination);
        }
    }
}
