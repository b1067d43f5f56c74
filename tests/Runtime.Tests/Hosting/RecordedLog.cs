using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Hosting;

/// <summary>Keeps what was logged.</summary>
public sealed class RecordedLog(LogLevel minimum) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyList<Entry> Entries => [.. _entries];

    public bool Has(int eventId) => _entries.Any(entry => entry.Id == eventId);

    public string Text(int eventId) => string.Join("\n", _entries.Where(entry => entry.Id == eventId).Select(static entry => entry.Text));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _entries.Enqueue(new Entry(logLevel, eventId.Id, formatter(state, exception), exception));
        }
    }

    public sealed record Entry(LogLevel Level, int Id, string Text, Exception? Exception);
}
