using HighPerf.Hosting;

namespace HighPerf;

/// <summary>What tasks of a <see cref="HighPerfApplication"/> take in their constructors: instances, by type.</summary>
public readonly struct SlimServiceCollection
{
    private readonly SlimServices _services;

    internal SlimServiceCollection(SlimServices services) => _services = services;

    /// <summary>Adds an instance for a type; every attempt gets the same one.</summary>
    public SlimServiceCollection Add<TService>(TService instance)
        where TService : class
    {
        _services.Add(typeof(TService), instance);
        return this;
    }
}
