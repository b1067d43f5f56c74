using BenchmarkDotNet.Attributes;

namespace HighPerf.Benchmarks.Suites;

/// <summary>Bytes to values: generated code beside the hand-written floor, System.Text.Json and Protocol Buffers.</summary>
public class ReadBenchmarks() : Suite(Operations.Codec)
{
    private const int N = 1_000;

    /// <summary>77, 234 or 8,248 bytes.</summary>
    [Params("small", "medium", "large")]
    public string Shape { get; set; } = "small";

    /// <summary>By hand.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = N)]
    public ValueTask Floor() => RunAsync($"deserialize-{Shape}-floor", N);

    /// <summary>Ours.</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Generated() => RunAsync($"deserialize-{Shape}", N);

    /// <summary>Every member looked at through the generated view.</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask View() => RunAsync($"deserialize-{Shape}-view", N);

    /// <summary>System.Text.Json, source-generated.</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Json() => RunAsync($"deserialize-{Shape}-json", N);

    /// <summary>Google.Protobuf.</summary>
    [Benchmark(OperationsPerInvoke = N)]
    public ValueTask Protobuf() => RunAsync($"deserialize-{Shape}-protobuf", N);
}
