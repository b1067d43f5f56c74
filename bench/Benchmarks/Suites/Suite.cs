using BenchmarkDotNet.Attributes;

namespace HighPerf.Benchmarks.Suites;

/// <summary>Benchmarks over a set of operations.</summary>
[MemoryDiagnoser]
public abstract class Suite(Func<IReadOnlyList<Operation>> operations)
{
    private Dictionary<string, Operation> _operations = [];

    /// <summary>Starts the operations.</summary>
    [GlobalSetup]
    public async ValueTask StartAsync()
    {
        _operations = operations().ToDictionary(static operation => operation.Name);
        foreach (var operation in _operations.Values)
        {
            await operation.StartAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the operations.</summary>
    [GlobalCleanup]
    public async ValueTask StopAsync()
    {
        foreach (var operation in _operations.Values)
        {
            await operation.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Runs one.</summary>
    protected ValueTask RunAsync(string name, int count) => _operations[name].RunAsync(count);
}
