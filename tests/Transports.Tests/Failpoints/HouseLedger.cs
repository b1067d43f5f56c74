using System.Globalization;
using HighPerf.TestKit.Faults;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>The ledger that the processes of <see cref="CrashApp"/> wrote, judged.</summary>
internal static class HouseLedger
{
    /// <summary>Messages that may be under way when a process dies: the worker's concurrency.</summary>
    public const int Slots = 8;

    /// <summary>What is done with everything that is ordered.</summary>
    public static readonly string[] Ordered = ["plain", "ran", "stored", "flaky", "heard", "heard-too", "parked"];

    /// <summary>Nothing is lost, nothing came that nobody sent, no bytes changed, and of each kind no more is done again than was under way.</summary>
    /// <returns>How many runs were one too many.</returns>
    public static async Task<int> AssertKeptAsync(string path, int count, string[] kinds, int mayBeRepeated)
    {
        var lines = await File.ReadAllLinesAsync(path);
        var repeated = 0;
        foreach (var kind in kinds)
        {
            var ledger = new Ledger();
            for (var n = 0; n < count; n++)
            {
                ledger.Intend($"{kind} {n}");
                ledger.Told($"{kind} {n}", PublishStatus.Accepted);
            }

            foreach (var line in lines.Where(line => line.StartsWith(kind + " ", StringComparison.Ordinal)))
            {
                ledger.Run(line);
            }

            var verdict = ledger.Judge();
            Assert.True(verdict.IsKept && verdict.Duplicated <= mayBeRepeated, $"{kind}: {verdict}; {string.Join(", ", lines)}");
            repeated += verdict.Duplicated;
        }

        Assert.DoesNotContain(lines, static line => line.StartsWith("damaged ", StringComparison.Ordinal));
        if (kinds == Ordered)
        {
            var dead = lines.Last(static line => line.StartsWith("dead ", StringComparison.Ordinal)).Split(' ')[1];
            Assert.InRange(int.Parse(dead, CultureInfo.InvariantCulture), count, count + mayBeRepeated);
        }

        return repeated;
    }
}
