using System.Globalization;
using Microsoft.Extensions.Logging;

namespace HighPerf.Hosting;

/// <summary>One line per message on standard error; for programs without the generic host.</summary>
internal sealed class SlimLoggerFactory(LogLevel minimum, TimeProvider clock) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Line(categoryName, minimum, clock);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The slim application writes its own log lines. Give it an ILoggerFactory instead.");

    public void Dispose()
    {
    }

    private sealed class Line(string category, LogLevel minimum, TimeProvider clock) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var level = logLevel switch
            {
                LogLevel.Trace => "trce",
                LogLevel.Debug => "dbug",
                LogLevel.Information => "info",
                LogLevel.Warning => "warn",
                LogLevel.Error => "fail",
                _ => "crit",
            };
            var time = clock.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            Console.Error.WriteLine($"{time} {level} {category}[{eventId.Id}] {formatter(state, exception)}{(exception is null ? string.Empty : $"{Environment.NewLine}{exception}")}");
        }
    }
}
