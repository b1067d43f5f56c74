using BenchmarkDotNet.Attributes;

namespace HighPerf.Benchmarks.Suites;

/// <summary>The steps of a message's way, one thread.</summary>
public class StepBenchmarks() : Suite(Operations.Steps)
{
    private const int N = 1_024;

    /// <summary>clock</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Clock() => RunAsync("clock", N);

    /// <summary>timestamp</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Timestamp() => RunAsync("timestamp", N);

    /// <summary>message-id</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask MessageId() => RunAsync("message-id", N);

    /// <summary>deadline-token</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask DeadlineToken() => RunAsync("deadline-token", N);

    /// <summary>route</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Route() => RunAsync("route", N);

    /// <summary>subscribers</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Subscribers() => RunAsync("subscribers", N);

    /// <summary>rent-return</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask RentReturn() => RunAsync("rent-return", N);

    /// <summary>envelope-write</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask EnvelopeWrite() => RunAsync("envelope-write", N);

    /// <summary>arguments-write</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask ArgumentsWrite() => RunAsync("arguments-write", N);

    /// <summary>transport-publish-fetch-settle</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask TransportPublishFetchSettle() => RunAsync("transport-publish-fetch-settle", N);

    /// <summary>publish-fetch-settle</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask PublishFetchSettle() => RunAsync("publish-fetch-settle", N);

    /// <summary>envelope-parse</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask EnvelopeParse() => RunAsync("envelope-parse", N);

    /// <summary>dispatch-find</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask DispatchFind() => RunAsync("dispatch-find", N);

    /// <summary>dispatch-invoke</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask DispatchInvoke() => RunAsync("dispatch-invoke", N);

    /// <summary>publish-execute-settle-one-thread</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = N)]
    public ValueTask PublishExecuteSettleOneThread() => RunAsync("publish-execute-settle-one-thread", N);
}
