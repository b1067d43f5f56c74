using HighPerf.Execution;

namespace HighPerf.Hosting;

/// <summary>Constructor arguments without a container: the instances that the application provided, by type.</summary>
internal sealed class SlimServices : TaskServices, IServiceProvider
{
    private readonly Dictionary<Type, object> _instances = [];

    public void Add(Type type, object instance) => _instances[type] = instance;

    public object? GetService(Type serviceType) => _instances.GetValueOrDefault(serviceType);

    public override (IServiceProvider Services, IAsyncDisposable? Scope) Enter() => (this, null);
}
