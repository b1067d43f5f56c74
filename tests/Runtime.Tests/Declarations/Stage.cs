using System.Collections.Concurrent;

namespace HighPerf.Tests.Declarations;

/// <summary>What the test tasks do: each test puts its acts here, by name, and sees who played them. One per application.</summary>
public sealed class Stage
{
    private readonly ConcurrentDictionary<string, Func<TaskContext, int, ValueTask<int>>> _acts = new();
    private readonly ConcurrentQueue<Played> _played = new();
    private int _running;
    private int _mostRunning;

    /// <summary>Everything that began, in order.</summary>
    public IReadOnlyList<Played> All => [.. _played];

    public ConcurrentQueue<Guid> Scopes { get; } = new();

    public ConcurrentQueue<Guid> Disposed { get; } = new();

    /// <summary>How many scopes are going to fail to end.</summary>
    public int FailingScopes;

    public int Running => Volatile.Read(ref _running);

    public int MostRunning => Volatile.Read(ref _mostRunning);

    public void On(string act, Func<TaskContext, int, ValueTask<int>> play) => _acts[act] = play;

    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]
    public void On(string act, Func<TaskContext, int, int> play) => _acts[act] = (context, n) => new ValueTask<int>(play(context, n));

    public int Count(string act) => _played.Count(played => played.Act == act);

    public IReadOnlyList<Played> Of(string act) => [.. _played.Where(played => played.Act == act)];

    public ValueTask<int> PlayAsync(TaskContext context, string act, int n)
    {
        _played.Enqueue(new Played(act, n, context.Id, context.Attempt, Thread.CurrentThread.Name, context.Name));
        if (!_acts.TryGetValue(act, out var play))
        {
            return new ValueTask<int>(n);
        }

        var running = Interlocked.Increment(ref _running);
        for (var most = Volatile.Read(ref _mostRunning); running > most && Interlocked.CompareExchange(ref _mostRunning, running, most) != most; most = Volatile.Read(ref _mostRunning))
        {
        }

        return LeaveAsync(play, context, n);
    }

    private async ValueTask<int> LeaveAsync(Func<TaskContext, int, ValueTask<int>> play, TaskContext context, int n)
    {
        try
        {
            return await play(context, n);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public sealed record Played(string Act, int N, MessageId Id, int Attempt, string? Thread, string Task);
}
