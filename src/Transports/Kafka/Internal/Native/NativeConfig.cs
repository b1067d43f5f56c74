using System.Runtime.CompilerServices;

namespace HighPerf.Transports.Kafka.Native;

/// <summary>Settings of a client, until it is made of them.</summary>
internal sealed unsafe class NativeConfig : IDisposable
{
    private const int ErrorSize = 512;

    private nint _handle = Librdkafka.rd_kafka_conf_new();

    /// <exception cref="HighPerfException">The library does not know the setting, or the value cannot be used. The message does not repeat the value: it may be a password.</exception>
    [SkipLocalsInit]
    public void Set(string name, string value)
    {
        var error = stackalloc byte[ErrorSize];
        if (Librdkafka.rd_kafka_conf_set(_handle, name, value, error, ErrorSize) != 0)
        {
            var isKept = name.Contains("password", StringComparison.Ordinal) || name.Contains("key", StringComparison.Ordinal);
            throw new HighPerfException($"librdkafka does not take the setting '{name}'{(isKept ? "" : $": {Librdkafka.Text(error)}")}");
        }
    }

    public void Set(string name, TimeSpan value) => Set(name, Milliseconds(value));

    public void Set(string name, long value) => Set(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Makes the client; its log goes where its events go.</summary>
    /// <exception cref="HighPerfException">The settings contradict each other.</exception>
    [SkipLocalsInit]
    public nint Build(int type, int events)
    {
        Set("log.queue", "true");
        Librdkafka.rd_kafka_conf_set_events(_handle, events | Librdkafka.EventError | Librdkafka.EventLog);
        var error = stackalloc byte[ErrorSize];
        var client = Librdkafka.rd_kafka_new(type, _handle, error, ErrorSize);
        if (client == 0)
        {
            throw new HighPerfException($"librdkafka cannot make a client: {Librdkafka.Text(error)}");
        }

        // The client's now.
        _handle = 0;
        return client;
    }

    public void Dispose()
    {
        if (_handle != 0)
        {
            Librdkafka.rd_kafka_conf_destroy(_handle);
            _handle = 0;
        }
    }

    private static string Milliseconds(TimeSpan value) => ((long)Math.Ceiling(value.TotalMilliseconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
