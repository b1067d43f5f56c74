using System.Buffers;
using System.Globalization;
using System.Text.Json;
using HighPerf.Generated.Tests.Contracts;
using HighPerf.Generated.Tests.Vectors;
using Xunit;
using Xunit.Abstractions;
using Circle = HighPerf.Generated.Tests.Contracts.Circle;
using IShape = HighPerf.Generated.Tests.Contracts.IShape;

namespace HighPerf.Generated.Tests.Fuzzing;

/// <summary>
/// Mutations of valid messages of every shape: each ends as a value that can be written and read again, or as the one exception with an offset within the bytes, and
/// takes memory in proportion to its bytes. The number of inputs is <c>HIGHPERF_FUZZ</c>, a million unless set; the seed is <c>HIGHPERF_FUZZ_SEED</c>, and printed.
/// Inputs that once failed are in <c>vectors-data/fuzz.jsonl</c>.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int MaxValid = 4096;
    private const int BytesPerByte = 64;
    private const int FreeBytes = 64 * 1024;

    /// <summary>Their order depends on how they were filled: written again, only the length is the same.</summary>
    private static readonly string[] Unordered = ["p/conc/bag", "p/conc/dict", "p/imm/bag"];

    private static readonly FuzzTarget[] Targets =
    [
        .. VectorCases.All.Where(c => !c.IsUnwritable).Select(c => new FuzzTarget(c.Id, c.Write(), c.Rewrite)).Where(t => t.Valid.Length is > 0 and <= MaxValid),
        Target<IShape>("union", new Cluster([new Circle(1), new Dot(2, 3), null], "n")),
        Target<PersonV2>("tolerant", new PersonV2 { Id = 1, Name = "n", Avatar = new Circle(1) }),
        Target<Everywhere>("everywhere", new Everywhere(1) { Flags = [true], Words = new Page<string?> { Items = ["w"] }, Shape = new Dot(1, 2), Tags = ["t"], Zone = TimeZoneInfo.Utc }),
    ];

    [Fact]
    public void NoInputDoesHarm()
    {
        var count = Setting("HIGHPERF_FUZZ", 1_000_000);
        var seed = Setting("HIGHPERF_FUZZ_SEED", Environment.TickCount);
        output.WriteLine($"{count} inputs over {Targets.Length} shapes, HIGHPERF_FUZZ_SEED={seed}");
        var workers = Environment.ProcessorCount;
        var accepted = 0L;
        var worst = 0L;
        var gate = new Lock();
        var failures = new List<string>();
        var threads = Enumerable.Range(0, workers).Select(w => new Thread(() =>
        {
            var (mine, most) = Work(seed + w, count / workers, failures);
            lock (gate)
            {
                accepted += mine;
                worst = Math.Max(worst, most);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        output.WriteLine($"{accepted} were read, the others refused; no input of up to {MaxValid} bytes took more than {worst} bytes");
        Assert.True(failures.Count == 0, $"HIGHPERF_FUZZ_SEED={seed}\n{string.Join("\n", failures.Take(20))}");
    }

    [Fact]
    public void InputsThatOnceFailed()
    {
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors-data", "fuzz.jsonl")))
        {
            var one = JsonDocument.Parse(line).RootElement;
            var target = Targets.Single(t => t.Id == one.GetProperty("id").GetString());
            foreach (var size in new[] { int.MaxValue, 1, 3 })
            {
                Assert.Null(Try(target, Convert.FromHexString(one.GetProperty("hex").GetString()!), size, out _, out _));
            }
        }
    }

    private static (long Accepted, long Worst) Work(int seed, int count, List<string> failures)
    {
        var mutator = new Mutator(seed, [.. Targets.Select(t => t.Valid)]);
        var accepted = 0L;
        var worst = 0L;
        for (var i = 0; i < count; i++)
        {
            var target = Targets[i % Targets.Length];
            var bytes = mutator.Next(target.Valid);
            var failure = Try(target, bytes, mutator.SegmentSize(), out var isValue, out var allocated);
            accepted += isValue ? 1 : 0;
            worst = Math.Max(worst, allocated);
            if (failure is not null)
            {
                lock (failures)
                {
                    failures.Add($"{{\"id\": \"{target.Id}\", \"hex\": \"{Convert.ToHexString(bytes)}\"}} {failure}");
                    if (failures.Count > 20)
                    {
                        break;
                    }
                }
            }
        }

        return (accepted, worst);
    }

    /// <summary>What is wrong with what happened; null for nothing.</summary>
    private static string? Try(FuzzTarget target, byte[] bytes, int segmentSize, out bool isValue, out long allocated)
    {
        var input = Codec.Segments(bytes, segmentSize);
        var before = GC.GetAllocatedBytesForCurrentThread();
        byte[]? first = null;
        string? failure = null;
        try
        {
            first = target.Rewrite(input);
        }
        catch (MessageFormatException exception) when (exception.Offset >= 0 && exception.Offset <= bytes.Length)
        {
        }
        catch (MessageFormatException exception) when (exception.Message.Contains("surrogate", StringComparison.Ordinal))
        {
            // Read from its UTF-16 form, and not to be written as UTF-8.
        }
        catch (Exception exception)
        {
            failure = exception.ToString();
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        isValue = first is not null;
        if (failure is null && allocated > FreeBytes + (BytesPerByte * bytes.Length))
        {
            failure = $"{allocated} bytes were allocated for {bytes.Length}";
        }

        if (first is not null)
        {
            try
            {
                var second = target.Rewrite(new ReadOnlySequence<byte>(first));
                failure ??= first.AsSpan().SequenceEqual(second) || (first.Length == second.Length && Unordered.Contains(target.Id)) ? null : $"{Convert.ToHexString(first)} was read as {Convert.ToHexString(second)}";
            }
            catch (Exception exception)
            {
                failure ??= $"{Convert.ToHexString(first)} was written and not read: {exception}";
            }
        }

        return failure;
    }

    private static FuzzTarget Target<T>(string id, T? value) => new(id, MessageSerializer.Serialize(value), Case.Same<T>(id, default).Rewrite);

    private static int Setting(string name, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
