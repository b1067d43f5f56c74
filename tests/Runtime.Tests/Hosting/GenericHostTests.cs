using HighPerf.Control;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Hosting;

public sealed class GenericHostTests
{
    [Fact]
    public async Task An_application_of_the_generic_host_starts_calls_and_stops()
    {
        var pool = new TrackingBufferPool();
        var stage = new Stage();
        using var host = Build(pool, stage, new RecordedLog(LogLevel.Debug));
        await host.StartAsync();
        var publisher = host.Services.GetRequiredService<Publisher>();
        Assert.Equal(3, await publisher.CallAsync(Add.Call(1, 2)));
        Assert.True(host.Services.GetRequiredService<Controller>().IsHealthy);
        await host.StopAsync();
        await Wait.UntilAsync(() => pool.Outstanding == 0);
    }

    [Fact]
    public async Task Every_attempt_has_a_scope_of_its_own_that_ends_before_the_acknowledgement()
    {
        var pool = new TrackingBufferPool();
        var stage = new Stage();
        using var host = Build(pool, stage, new RecordedLog(LogLevel.Debug));
        await host.StartAsync();
        var publisher = host.Services.GetRequiredService<Publisher>();
        var first = await publisher.CallAsync(UsesScope.Call("x"));

        // The caller is told after the scope's end.
        Assert.Equal([first], stage.Disposed);
        Assert.NotEqual(first, await publisher.CallAsync(UsesScope.Call("x")));

        stage.On("flaky", async (context, n) =>
        {
            await Task.Yield();
            return context.Attempt < 4 ? throw new InvalidOperationException() : n;
        });
        await publisher.CallAsync(UsesScope.Call("flaky"));
        stage.On("sync", static (context, n) => context.Attempt < 2 ? throw new InvalidOperationException() : n);
        await publisher.CallAsync(UsesScope.Call("sync"));
        Assert.Equal(2 + 4 + 2, stage.Scopes.Distinct().Count());
        Assert.Equal(stage.Scopes.Order(), stage.Disposed.Order());
        await host.StopAsync();
        await Wait.UntilAsync(() => pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_scope_that_fails_to_end_fails_the_attempt()
    {
        var pool = new TrackingBufferPool();
        var stage = new Stage();
        var log = new RecordedLog(LogLevel.Debug);
        using var host = Build(pool, stage, log, failingScopes: 2);
        await host.StartAsync();
        var publisher = host.Services.GetRequiredService<Publisher>();
        await publisher.CallAsync(UsesScope.Call("x")).AsTask().WaitAsync(Wait.Patience);
        Assert.Equal([1, 2, 3], stage.Of("x").Select(static played => played.Attempt));

        // Also when the task failed already: its own failure counts, and the message is not left lying.
        stage.FailingScopes = 1;
        stage.On("fail", static (context, n) => context.Attempt < 2 ? throw new InvalidOperationException("first") : n);
        await publisher.CallAsync(UsesScope.Call("fail")).AsTask().WaitAsync(Wait.Patience);
        await host.StopAsync();
        Assert.DoesNotContain(log.Entries, static entry => entry.Level == LogLevel.Critical);
        await Wait.UntilAsync(() => pool.Outstanding == 0);
    }

    private static IHost Build(TrackingBufferPool pool, Stage stage, RecordedLog log, int failingScopes = 0)
    {
        stage.FailingScopes = failingScopes;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.Services.AddSingleton(stage);
        builder.Services.AddScoped<Scoped>();
        builder.Services.AddHighPerf(hp =>
        {
            hp.UsePool(pool.Pool);
            hp.AddWorker(static w => w.Retry = new RetryPolicy { Backoff = TimeSpan.FromMilliseconds(10) });
        });
        return builder.Build();
    }
}
