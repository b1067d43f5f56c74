using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Hosting;

/// <summary>
/// A whole application for one test: its own broker, stage, log and tracking pool. Its end stops it and fails when a rented buffer did not come back, or when a slot
/// failed outside of any task.
/// </summary>
public sealed class TestApplication : IAsyncDisposable
{
    /// <summary>The process was to be ended: a test that brings that about looks for it itself.</summary>
    private const int Exhausted = 1028;

    private readonly TrackingBufferPool _pool;
    private readonly TimeProvider _clock;
    private bool _stopped;

    private TestApplication(
        Action<HighPerfBuilder>? configure, InMemoryTransportOptions? options, Func<Transport, Transport>? wrap, TimeProvider? clock, bool captureStacks, LogLevel logLevel, bool withBroker)
    {
        _pool = new TrackingBufferPool(captureStacks);
        _clock = clock ?? TimeProvider.System;
        Log = new RecordedLog(logLevel);
        Application = HighPerfApplication.Create(
            hp =>
            {
                hp.UsePool(_pool.Pool);
                hp.UseClock(_clock);
                if (withBroker)
                {
                    hp.AddTransport("memory", services =>
                    {
                        Transport transport = new InMemoryTransport("memory", options, services.Clock, services.Pool);
                        transport = wrap is null ? transport : wrap(transport);
                        Broker = transport;
                        return transport;
                    });
                }

                hp.AddWorker(w =>
                {
                    w.Concurrency = 4;
                    w.CpuConcurrency = 2;
                    w.Retry = new RetryPolicy { Backoff = TimeSpan.FromMilliseconds(20), MaxBackoff = TimeSpan.FromMilliseconds(100) };
                });
                configure?.Invoke(hp);
            },
            services => services.Add(Stage),
            Log);
    }

    public Stage Stage { get; } = new();

    public RecordedLog Log { get; }

    public HighPerfApplication Application { get; }

    public Publisher Publisher => Application.Publisher;

    public Transport Broker { get; private set; } = null!;

    public TrackingBufferPool Pool => _pool;

    public static TestApplication Create(
        Action<HighPerfBuilder>? configure = null,
        InMemoryTransportOptions? options = null,
        Func<Transport, Transport>? wrap = null,
        TimeProvider? clock = null,
        bool captureStacks = true,
        LogLevel logLevel = LogLevel.Debug,
        bool withBroker = true)
        => new(configure, options, wrap, clock, captureStacks, logLevel, withBroker);

    public static async Task<TestApplication> StartAsync(
        Action<HighPerfBuilder>? configure = null,
        InMemoryTransportOptions? options = null,
        Func<Transport, Transport>? wrap = null,
        TimeProvider? clock = null,
        bool captureStacks = true,
        LogLevel logLevel = LogLevel.Debug,
        bool withBroker = true)
    {
        var application = Create(configure, options, wrap, clock, captureStacks, logLevel, withBroker);
        await application.Application.StartAsync();
        return application;
    }

    public async Task<QueueLength> LengthAsync(string queue = "default") => await Broker.GetLengthAsync(queue, CancellationToken.None);

    public async Task<DeadLetter> DeadLetterAsync(string queue = "default")
    {
        await Wait.UntilAsync(async () => (await LengthAsync(queue)).Dead == 1);
        return (await Broker.BrowseDeadLettersAsync(queue, 10, CancellationToken.None)).Single();
    }

    /// <summary>Waits until nothing is queued, delayed or out.</summary>
    public Task IdleAsync(string queue = "default") => Wait.UntilAsync(async () =>
    {
        var length = await LengthAsync(queue);
        return length.Ready + length.Delayed + length.InFlight == 0;
    });

    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        var stop = Application.StopAsync().AsTask();
        if (_clock is ManualTimeProvider manual)
        {
            while (await Task.WhenAny(stop, Task.Delay(1)) != stop)
            {
                manual.Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        await stop;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        for (var i = 0; i < 1000 && _pool.Outstanding > 0; i++)
        {
            await Task.Delay(2);
        }

        _pool.AssertAllReturned();
        if (Log.Entries.FirstOrDefault(static entry => entry.Level == LogLevel.Critical && entry.Id != Exhausted) is { } failed)
        {
            throw new Xunit.Sdk.XunitException($"{failed.Text}: {failed.Exception}");
        }
    }
}
