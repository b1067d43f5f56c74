using BenchmarkDotNet.Attributes;

namespace HighPerf.Benchmarks.Suites;

/// <summary>The receive side both ways; the baseline is a hop through a bounded channel.</summary>
public class PushOrPullBenchmarks() : Suite(Operations.PushAndPull)
{
    private const int N = 100_000;

    /// <summary>channel</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = N)]
    public ValueTask Channel() => RunAsync("channel", N);

    /// <summary>pull-1-slot</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Pull1Slot() => RunAsync("pull-1-slot", N);

    /// <summary>push-1-slot</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Push1Slot() => RunAsync("push-1-slot", N);

    /// <summary>pull-2-slots</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Pull2Slots() => RunAsync("pull-2-slots", N);

    /// <summary>push-2-slots</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Push2Slots() => RunAsync("push-2-slots", N);

    /// <summary>pull-32-slots</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Pull32Slots() => RunAsync("pull-32-slots", N);

    /// <summary>push-32-slots</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Push32Slots() => RunAsync("push-32-slots", N);
}
