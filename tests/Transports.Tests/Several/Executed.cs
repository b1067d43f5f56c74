using System.Collections.Concurrent;

namespace HighPerf.Transports.Tests.Several;

/// <summary>What was executed, and by which process.</summary>
public sealed class Executed
{
    private readonly ConcurrentDictionary<int, string> _by = new();
    private int _count;

    public int Distinct => _by.Count;

    public int Count => Volatile.Read(ref _count);

    public ICollection<string> Workers => [.. _by.Values.Distinct()];

    public void Add(int number, string worker)
    {
        _by.TryAdd(number, worker);
        Interlocked.Increment(ref _count);
    }
}

/// <summary>A number, noted down.</summary>
[Task]
public sealed partial class Note(Executed executed, Replies.WorkerName worker)
{
    public void Run(int number) => executed.Add(number, worker.Name);
}
