using HighPerf.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace HighPerf.Hosting;

/// <summary>Constructor arguments from the application's container: a fresh scope per attempt.</summary>
internal sealed class ScopedTaskServices(IServiceScopeFactory scopes) : TaskServices
{
    public override (IServiceProvider Services, IAsyncDisposable? Scope) Enter()
    {
        var scope = scopes.CreateAsyncScope();
        return (scope.ServiceProvider, scope);
    }
}
