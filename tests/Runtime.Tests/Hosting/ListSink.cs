using System.Collections.Concurrent;
using HighPerf.Data;

namespace HighPerf.Tests.Hosting;

/// <summary>A sink in memory: idempotent by id, failing as often as asked.</summary>
public sealed class ListSink(string name) : Sink(name)
{
    private readonly ConcurrentDictionary<MessageId, int> _records = new();
    private int _failures;

    public int Failures
    {
        get => Volatile.Read(ref _failures);
        set => Volatile.Write(ref _failures, value);
    }

    public int Attempts;

    public int Writes;

    public bool IsDown { get; set; }

    public IReadOnlyCollection<int> Values => [.. _records.Values.Order()];

    public override ValueTask StartAsync(CancellationToken cancellationToken) => default;

    public override async ValueTask WriteAsync(SinkRecord record, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Attempts);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown || Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new IOException($"{Name} is down");
        }

        Interlocked.Increment(ref Writes);
        _records.TryAdd(record.Id, BitConverter.ToInt32(record.Body.Span));
    }
}
