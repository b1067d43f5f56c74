using HighPerf.Journal;

namespace HighPerf.Tests.Journal;

public sealed class RecordJournalTests : IDisposable
{
    private readonly JournalDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_added_is_there_with_its_note_and_what_was_removed_is_not(bool flush)
    {
        var options = new RecordJournalOptions { FlushToDisk = flush, SegmentBytes = 4096 };
        var (journal, nothing) = _directory.Open(options);
        Assert.Empty(nothing.Records);
        var kept = await journal.AddAsync(7, "kept"u8);
        var removed = await journal.AddAsync(1, "removed"u8);
        await journal.AmendAsync(kept, 2, "first note"u8);
        await journal.AmendAsync(kept, 2, "second note"u8);
        await journal.RemoveAsync(removed);
        await journal.AddAsync(1, default);
        await journal.AddAsync(1, new byte[10_000]);
        Assert.Equal(flush, journal.Statistics.Flushes > 0);
        journal.Dispose();
        for (var i = 0; i < 2; i++)
        {
            var (again, replayed) = _directory.Open(options);
            again.Dispose();
            Assert.Equal(["kept", "", new string('\0', 10_000)], replayed.Texts);
            var first = replayed.Records.Values.First();
            Assert.Equal((7, "second note"), (first.Type, first.Note));
            Assert.Equal(3, again.Report.Records);
            Assert.Equal(0, again.Report.TornBytes);
        }

        Assert.Throws<ObjectDisposedException>(() => journal.Remove(kept, null));
    }

    [Fact]
    public async Task Writers_share_flushes()
    {
        const int Writers = 64;
        const int Each = 200;
        var (journal, _) = _directory.Open(new RecordJournalOptions());
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var entry = await JournalDirectory.AddAsync(journal, $"{writer}.{i}");
                if (i % 2 == 1)
                {
                    await journal.RemoveAsync(entry);
                }
            }
        })));
        var statistics = journal.Statistics;
        journal.Dispose();
        Assert.Equal(Writers * Each * 3 / 2, statistics.Records);
        Assert.True(statistics.Flushes < statistics.Records / 4, $"{statistics.Records} records took {statistics.Flushes} flushes.");
        var expected = Enumerable.Range(0, Writers).SelectMany(static writer => Enumerable.Range(0, Each / 2).Select(i => $"{writer}.{i * 2}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), _directory.Look().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_writer_s_records_are_in_its_order_over_segments()
    {
        var (journal, _) = _directory.Open();
        var order = new List<Task>();
        for (var i = 0; i < 1000; i++)
        {
            order.Add(JournalDirectory.AddAsync(journal, "record " + i));
        }

        await Task.WhenAll(order);
        Assert.True(journal.Statistics.Segments > 5);
        journal.Dispose();
        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => "record " + i), _directory.Look());
    }

    [Fact]
    public async Task Disk_use_is_bounded_by_what_is_held()
    {
        var options = new RecordJournalOptions { SegmentBytes = 16 * 1024 };
        var (journal, _) = _directory.Open(options);
        var old = await JournalDirectory.AddAsync(journal, "old");
        await journal.AmendAsync(old, 1, "its note"u8);
        var random = new Random(1);
        var held = new Queue<(JournalEntry Entry, string Text)>();
        var most = 0L;
        for (var i = 0; i < 4_000; i++)
        {
            var texts = Enumerable.Range(0, 8).Select(j => $"{i}.{j} " + new string('x', random.Next(200))).ToArray();
            var adding = Array.ConvertAll(texts, text => JournalDirectory.AddAsync(journal, text));
            for (var j = 0; j < 8; j++)
            {
                held.Enqueue((await adding[j], texts[j]));
            }

            while (held.Count > 100)
            {
                var (entry, _) = held.Dequeue();
                await (held.Count > 100 ? RemoveAsync(entry) : journal.RemoveAsync(entry).AsTask());
            }

            var statistics = journal.Statistics;
            most = Math.Max(most, statistics.DiskBytes - (2 * statistics.LiveBytes));
        }

        Task RemoveAsync(JournalEntry entry)
        {
            journal.Remove(entry, null);
            return Task.CompletedTask;
        }

        Assert.True(journal.Statistics.Moved > 0);
        Assert.InRange(most, 0, 4L * options.SegmentBytes);
        var size = _directory.Segments.Sum(static path => new FileInfo(path).Length);
        Assert.Equal(journal.Statistics.DiskBytes, size);
        journal.Dispose();
        var (again, replayed) = _directory.Open(options);
        again.Dispose();
        Assert.Equal(["old", .. held.Select(static pair => pair.Text)], replayed.Texts);
        Assert.Equal("its note", replayed.Records.Values.First().Note);
    }

    [Fact]
    public async Task A_journal_of_which_nothing_is_held_is_small()
    {
        var (journal, _) = _directory.Open();
        for (var round = 0; round < 50; round++)
        {
            var adding = Enumerable.Range(0, 20).Select(i => JournalDirectory.AddAsync(journal, new string('y', 200))).ToArray();
            foreach (var entry in await Task.WhenAll(adding))
            {
                await journal.RemoveAsync(entry);
            }
        }

        Assert.InRange(journal.Statistics.Segments, 1, 2);
        Assert.Equal(0, journal.Statistics.LiveBytes);
        journal.Dispose();
        Assert.Empty(_directory.Look());
    }

    [Fact]
    public void A_second_one_is_refused_with_the_directory_s_name()
    {
        var (journal, _) = _directory.Open();
        var error = Assert.Throws<JournalException>(() => _directory.Open());
        Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
        using (var other = CrashApp.Start("journal-open", _directory.Path))
        {
            other.WaitForExit();
            Assert.Contains(_directory.Path, other.StandardError.ReadToEnd(), StringComparison.Ordinal);
            Assert.Equal(3, other.ExitCode);
        }

        journal.Dispose();
        Assert.Empty(_directory.Look());
    }

    [Fact]
    public async Task What_a_killed_process_was_told_is_there()
    {
        for (var round = 0; round < 3; round++)
        {
            var added = new HashSet<string>();
            var removed = new HashSet<string>();
            var path = Path.Combine(_directory.Path, "round" + round);
            using var program = CrashApp.Start("journal-add", path);
            var reading = Task.Run(async () =>
            {
                while (await program.StandardOutput.ReadLineAsync() is { } line)
                {
                    // The last line may be torn, too.
                    (line.StartsWith("added ", StringComparison.Ordinal) ? added : removed).Add(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                }
            });
            await HighPerf.TestKit.Wait.UntilAsync(() => added.Count > 300 * (round + 1));
            program.Kill();
            await program.WaitForExitAsync();
            await reading;
            var (journal, replayed) = JournalDirectory.Open(path, new RecordJournalOptions());
            journal.Dispose();
            var there = replayed.Records.Values.Select(static record => BitConverter.ToInt32(record.Payload).ToString(System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
            Assert.Empty(journal.Report.Damages);
            Assert.DoesNotContain(added, id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) / 4 % 4 == 0 && !there.Contains(id));
            Assert.DoesNotContain(removed, there.Contains);
        }
    }

    [Fact]
    public void Staging_too_much_fails_and_changes_nothing()
    {
        var (journal, _) = _directory.Open(new RecordJournalOptions { MaxStagedBytes = 1000 });
        var error = Assert.Throws<JournalException>(() => journal.Add(1, new byte[2000], default, null));
        Assert.True(error.IsFull);
        journal.Add(1, "small"u8, default, null);
        journal.Dispose();
        Assert.Equal(["small"], _directory.Look());
    }
}
