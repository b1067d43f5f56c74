using System.Collections.Concurrent;

namespace Evolution.V1;

/// <summary>What the tasks of this version were given.</summary>
public static class Received
{
    public static ConcurrentQueue<(Guid Id, string What)> All { get; } = new();

    internal static void Add(Guid id, string what) => All.Enqueue((id, what));
}
