using System.Collections.Concurrent;
using System.Text.Json.Serialization;

namespace HighPerf.Transports.Tests.Duplicates;

/// <summary>A task whose effect is a line in a file.</summary>
[Task]
public sealed partial class Tally(Runs runs)
{
    public async Task<Tallied> RunAsync(int number, CancellationToken cancellationToken)
    {
        runs.OfNumber.AddOrUpdate(number, 1, static (_, count) => count + 1);

        // Long enough for several to be out when a network ends.
        await Task.Delay(10, cancellationToken);
        return new Tallied(number);
    }
}

[Document]
public sealed partial record Tallied(int Number);

/// <summary>How often each was run: a service of the worker.</summary>
public sealed class Runs
{
    public ConcurrentDictionary<int, int> OfNumber { get; } = new();
}

[JsonSerializable(typeof(Tallied))]
internal sealed partial class TallyJson : JsonSerializerContext;
