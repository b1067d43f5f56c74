using HighPerf.Journal;

namespace HighPerf.Tests.Journal;

/// <summary>Measures the whole process, so nothing runs beside it.</summary>
[Collection(Alone.Name)]
public sealed class JournalAllocationTests : IDisposable
{
    private readonly JournalDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Adding_allocates_nothing_in_steady_state()
    {
        const int Burst = 64;
        var (journal, _) = _directory.Open(new RecordJournalOptions { FlushToDisk = false });
        var adding = new ValueTask<JournalEntry>[Burst];
        var removing = new ValueTask[Burst];
        var payload = new byte[100];
        var best = long.MaxValue;
        for (var round = 0; round < 20 && best > 0; round++)
        {
            Run();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Run();
            best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        journal.Dispose();

        // What the test framework does in the background is no matter: of several rounds the quietest one counts.
        Assert.InRange(best / (double)(200 * Burst * 2), 0, 0.5);

        void Run()
        {
            for (var i = 0; i < 200; i++)
            {
                for (var j = 0; j < Burst; j++)
                {
                    adding[j] = journal.AddAsync(1, payload);
                }

                for (var j = 0; j < Burst; j++)
                {
                    while (!adding[j].IsCompleted)
                    {
                        Thread.Yield();
                    }

                    removing[j] = journal.RemoveAsync(adding[j].Result);
                }

                for (var j = 0; j < Burst; j++)
                {
                    while (!removing[j].IsCompleted)
                    {
                        Thread.Yield();
                    }

                    removing[j].GetAwaiter().GetResult();
                }
            }
        }
    }
}
