using System.Threading.Tasks.Sources;

namespace HighPerf.Benchmarks.Tasks;

/// <summary>Tasks count themselves down here; whoever sent them waits for the last one through one signal that is used again and again.</summary>
public static class Completion
{
    private static readonly Signal s_signal = new();
    private static long s_remaining;

    /// <summary>Expects this many more.</summary>
    public static void Expect(int count)
    {
        s_signal.Reset();
        Volatile.Write(ref s_remaining, count);
    }

    /// <summary>One is done.</summary>
    public static void CountOne()
    {
        if (Interlocked.Decrement(ref s_remaining) == 0)
        {
            s_signal.Set();
        }
    }

    /// <summary>Completes when all are done. Awaited once after each <see cref="Expect"/>.</summary>
    public static ValueTask AllDone => s_signal.Task;

    private sealed class Signal : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask Task => new(this, _core.Version);

        public void Reset() => _core.Reset();

        public void Set() => _core.SetResult(true);

        public void GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
            => _core.OnCompleted(continuation, state, token, flags);
    }
}
