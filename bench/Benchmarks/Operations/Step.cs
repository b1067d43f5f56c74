namespace HighPerf.Benchmarks;

/// <summary>One step of a message's way, on its own and on one thread.</summary>
internal sealed class Step(string name, OneThread thread, Action<OneThread, int> run) : Loop(name)
{
    public override void Run(int count) => run(thread, count);

    public override ValueTask StartAsync() => thread.StartAsync();

    public override ValueTask DisposeAsync() => thread.DisposeAsync();
}
