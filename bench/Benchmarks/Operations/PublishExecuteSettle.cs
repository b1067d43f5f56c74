using HighPerf.Benchmarks.Tasks;

namespace HighPerf.Benchmarks;

/// <summary>Publish, execute, settle in one process, without a result: one producer, a worker with this many slots.</summary>
public sealed class PublishExecuteSettle(string name = "publish-execute-settle", int concurrency = 32, int capacity = ChannelHop.Capacity) : Operation(name, 200_000)
{
    private Rig? _rig;

    /// <inheritdoc/>
    public override async ValueTask StartAsync() => _rig = await Rig.StartAsync(capacity, concurrency).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        Completion.Expect(count);
        var publisher = _rig!.Publisher;
        for (var i = 0; i < count; i++)
        {
            await publisher.SendAsync(Count.Call(i, default, 1.5, 7)).ConfigureAwait(false);
        }

        await Completion.AllDone.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _rig?.DisposeAsync() ?? default;
}
