using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks;

/// <summary>Publish, execute, result back to the caller, settle: this many callers, each with one call under way.</summary>
public sealed class CallWithResult : Operation
{
    private readonly Caller[] _callers;
    private readonly int _concurrency;
    private Rig? _rig;

    /// <summary>Creates the operation.</summary>
    public CallWithResult(string name, int callers, int concurrency = 32)
        : base(name, callers == 1 ? 5_000 : 100_000)
    {
        _callers = new Caller[callers];
        _concurrency = concurrency;
    }

    /// <inheritdoc/>
    public override async ValueTask StartAsync()
    {
        _rig = await Rig.StartAsync(concurrency: _concurrency).ConfigureAwait(false);
        for (var i = 0; i < _callers.Length; i++)
        {
            _callers[i] = new Caller(_rig.Publisher);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        if (_callers.Length == 1)
        {
            await _callers[0].CallAsync(count).ConfigureAwait(false);
            return;
        }

        var each = count / _callers.Length;
        var running = new Task[_callers.Length];
        for (var i = 0; i < running.Length; i++)
        {
            var caller = _callers[i];
            var calls = i == 0 ? count - (each * (running.Length - 1)) : each;
            running[i] = Task.Run(() => caller.CallAsync(calls).AsTask());
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _rig?.DisposeAsync() ?? default;

    private sealed class Caller(Publisher publisher)
    {
        public async ValueTask CallAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                if (await publisher.CallAsync(Add.Call(i, 1)).ConfigureAwait(false) != i + 1)
                {
                    throw new InvalidOperationException("The sum is wrong.");
                }
            }
        }
    }
}
