using HighPerf.Journal;

namespace HighPerf.Benchmarks;

/// <summary>Writers that each add a record of 512 bytes to a journal, wait for its commit, and leave its removal to the next one.</summary>
public sealed class JournalAppend(string name, int writers, bool flush, int batch) : Operation(name, batch)
{
    private readonly string _path = Path.Combine(Root, Path.GetRandomFileName());
    private RecordJournal _journal = null!;
    private int _left;

    /// <summary>Where files are written: beside the program, so that it is a disk and no memory.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "journal-bench");

    /// <inheritdoc/>
    public override ValueTask StartAsync()
    {
        _journal = RecordJournal.Open(_path, new Nothing(), new RecordJournalOptions { FlushToDisk = flush });
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(int count)
    {
        _left = count;
        var running = new Task[writers];
        for (var i = 0; i < writers; i++)
        {
            running[i] = Task.Run(WriteAsync);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        var statistics = _journal.Statistics;
        Console.WriteLine($"{Name}: {statistics.Records} records, {statistics.Flushes} flushes");
        _journal.Dispose();
        Directory.Delete(_path, recursive: true);
        return default;
    }

    private async Task WriteAsync()
    {
        var payload = new byte[512];
        while (Interlocked.Decrement(ref _left) >= 0)
        {
            var entry = await _journal.AddAsync(1, payload).ConfigureAwait(false);
            _journal.Remove(entry, null);
        }
    }

    private sealed class Nothing : JournalReplay
    {
        public override void OnAdded(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
        {
        }

        public override void OnAmended(JournalEntry entry, byte type, ReadOnlySpan<byte> payload)
        {
        }

        public override void OnRemoved(JournalEntry entry)
        {
        }
    }
}
