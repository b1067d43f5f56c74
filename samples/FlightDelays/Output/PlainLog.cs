using Microsoft.Extensions.Logging;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The runtime's warnings for people: a line with the reason and no stack trace, and the same reason not twice in a row. Silent once the job is interrupted: what ends then is what --resume does again.</summary>
internal sealed class PlainLog(Action<string> say, CancellationToken interrupted) : ILoggerFactory, ILogger
{
    private string? _reason;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && !interrupted.IsCancellationRequested;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var text = formatter(state, exception);
        if (exception is null)
        {
            say(text);
        }
        else if (Interlocked.Exchange(ref _reason, exception.Message) != exception.Message)
        {
            say($"{text}: {exception.Message}");
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
