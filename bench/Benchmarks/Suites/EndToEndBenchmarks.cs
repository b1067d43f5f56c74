using BenchmarkDotNet.Attributes;

namespace HighPerf.Benchmarks.Suites;

/// <summary>A message's whole way; the baseline is a hop through a bounded channel.</summary>
public class EndToEndBenchmarks() : Suite(Operations.EndToEnd)
{
    private const int N = 100_000;
    private const int Few = 2_000;

    /// <summary>channel</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = N)]
    public ValueTask Channel() => RunAsync("channel", N);

    /// <summary>channel-plain</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask ChannelPlain() => RunAsync("channel-plain", N);

    /// <summary>publish-execute-settle</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask PublishExecuteSettle() => RunAsync("publish-execute-settle", N);

    /// <summary>publish-execute-settle-1-slot</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask PublishExecuteSettle1Slot() => RunAsync("publish-execute-settle-1-slot", N);

    /// <summary>publish-execute-settle-64k-queue</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask PublishExecuteSettle64kQueue() => RunAsync("publish-execute-settle-64k-queue", N);

    /// <summary>call-pipelined-64</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask CallPipelined64() => RunAsync("call-pipelined-64", N);

    /// <summary>call-pipelined-8</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask CallPipelined8() => RunAsync("call-pipelined-8", N);

    /// <summary>call-sequential</summary>
    [Benchmark(OperationsPerInvoke = Few)]
    public ValueTask CallSequential() => RunAsync("call-sequential", Few);

    /// <summary>channel-round-trip</summary>
    [Benchmark(OperationsPerInvoke = Few)]
    public ValueTask ChannelRoundTrip() => RunAsync("channel-round-trip", Few);
}
