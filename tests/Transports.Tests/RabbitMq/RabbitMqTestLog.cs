using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>What the transport logs, in the output of its test.</summary>
internal sealed class RabbitMqTestLog(ITestOutputHelper output) : ILogger
{
    private readonly System.Diagnostics.Stopwatch _time = System.Diagnostics.Stopwatch.StartNew();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            output.WriteLine($"{_time.Elapsed.TotalSeconds:0.000} {formatter(state, exception)}");
        }
        catch (InvalidOperationException)
        {
            // The test is over.
        }
    }
}
