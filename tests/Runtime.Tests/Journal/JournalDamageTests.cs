using HighPerf.Journal;

namespace HighPerf.Tests.Journal;

/// <summary>Files that are not as they were written.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private static readonly RecordJournalOptions s_openDamaged = new() { SegmentBytes = 4096, OpenDamaged = true };

    private readonly JournalDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_tail_that_is_torn_at_any_byte_is_cut()
    {
        var ends = new List<long> { SegmentHeader.Size };
        await FillAsync(6, entry => ends.Add(entry.Offset + entry.Size));
        var length = new FileInfo(_directory.Segments[0]).Length;
        for (var cut = 0L; cut < length; cut++)
        {
            var copy = _directory.Copy();
            using (var file = File.OpenWrite(JournalDirectory.SegmentsOf(copy)[0]))
            {
                file.SetLength(cut);
            }

            var whole = ends.FindLastIndex(end => end <= cut);
            var (journal, replayed) = JournalDirectory.Open(copy);
            Assert.Equal(Enumerable.Range(0, Math.Max(0, whole)).Select(static i => "record " + i), replayed.Texts);
            Assert.Empty(journal.Report.Damages);
            Assert.Equal(whole < 0 ? 0 : cut - ends[whole], journal.Report.TornBytes);

            // And it goes on from there.
            await JournalDirectory.AddAsync(journal, "after");
            journal.Dispose();
            var (report, texts) = JournalDirectory.Look(copy);
            Assert.Equal([.. replayed.Texts, "after"], texts);
            Assert.Equal(0, report.TornBytes);
            Directory.Delete(copy, recursive: true);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_flipped_bit_anywhere_is_seen_and_costs_the_record_that_it_is_in(int seed)
    {
        await FillAsync(400);
        Assert.True(_directory.Segments.Length >= 3);
        var random = new Random(seed);
        for (var i = 0; i < 150; i++)
        {
            var copy = _directory.Copy();
            var segments = JournalDirectory.SegmentsOf(copy);
            var path = segments[random.Next(segments.Length)];
            var bytes = File.ReadAllBytes(path);
            var position = random.Next(bytes.Length);
            bytes[position] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);

            var where = $"seed {seed}, round {i}: byte {position} of {Path.GetFileName(path)}";
            var (report, texts) = JournalDirectory.Look(copy, s_openDamaged);
            Assert.True(texts.Length >= 399, $"{where}: {texts.Length} records.");
            Assert.True(texts.All(static text => text.StartsWith("record ", StringComparison.Ordinal) && int.Parse(text[7..], System.Globalization.CultureInfo.InvariantCulture) < 400), where);
            Assert.True(texts.Distinct().Count() == texts.Length, where);
            Assert.True(report.Damages.Count == 1 || report.TornBytes > 0, $"{where}: nothing was said.");
            if (report.Damages.Count == 1)
            {
                var damage = report.Damages[0];
                Assert.InRange(position, damage.Start, damage.End);
                Assert.Equal(bytes, File.ReadAllBytes(damage.Quarantine!));
            }

            // It is repaired: the next time there is nothing to say, and the same is there, and it goes on.
            var (journal, replayed) = JournalDirectory.Open(copy);
            Assert.Equal(texts, replayed.Texts);
            Assert.Empty(journal.Report.Damages);
            await JournalDirectory.AddAsync(journal, "after");
            foreach (var record in replayed.Records.Values)
            {
                journal.Remove(record.Entry, null);
            }

            journal.Dispose();
            Assert.Equal(["after"], JournalDirectory.Look(copy).Texts);
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public async Task Damage_in_the_middle_is_refused_and_nothing_is_changed()
    {
        await FillAsync(400);
        var bytes = Damage(_directory.Segments[1], 1000, 1100);
        for (var i = 0; i < 2; i++)
        {
            var error = Assert.Throws<JournalException>(() => _directory.Open());
            Assert.Contains("segment 2", error.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(RecordJournalOptions.OpenDamaged), error.Message, StringComparison.Ordinal);
            Assert.Equal(bytes, File.ReadAllBytes(_directory.Segments[1]));
        }

        var report = Directory.GetFiles(Path.Combine(_directory.Path, "quarantine"), "*.report.txt");
        Assert.Contains("segment 2", File.ReadAllText(report[0]), StringComparison.Ordinal);
        var (found, texts) = JournalDirectory.Look(_directory.Path, s_openDamaged);
        Assert.InRange(texts.Length, 390, 399);
        Assert.Equal(2, Assert.Single(found.Damages).Segment);
    }

    [Fact]
    public async Task Damage_in_the_last_segment_before_a_later_commit_is_no_torn_tail()
    {
        await FillAsync(5);
        var copy = _directory.Copy();
        Damage(JournalDirectory.SegmentsOf(copy)[0], 70, 71);
        Assert.Throws<JournalException>(() => JournalDirectory.Open(copy));
        var (_, texts) = JournalDirectory.Look(copy, s_openDamaged);
        Assert.Equal(["record 1", "record 2", "record 3", "record 4"], texts);
    }

    [Fact]
    public async Task A_hole_in_the_last_commit_is_an_unfinished_write()
    {
        await FillAsync(3);
        var (journal, _) = _directory.Open();
        var files = new Task[20];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = JournalDirectory.AddAsync(journal, "batch " + i);
        }

        await Task.WhenAll(files);
        journal.Dispose();
        var path = _directory.Segments[0];
        var bytes = File.ReadAllBytes(path);

        // From the end: the last record that begins a commit, and one in the middle of what follows it.
        var firsts = new List<int>();
        new SegmentScan().Run(bytes, 1, null, true, (in RecordHeader header, ReadOnlySpan<byte> _, long offset) =>
        {
            if (header.IsFirstOfCommit)
            {
                firsts.Add((int)offset);
            }
        });
        var middle = firsts[^1] + ((bytes.Length - firsts[^1]) / 2);
        if (bytes.Length - firsts[^1] < 200)
        {
            return;
        }

        Damage(path, middle, middle + 4);
        var (report, texts) = JournalDirectory.Look(_directory.Path);
        Assert.True(Assert.Single(report.Damages).IsUnfinished);
        Assert.InRange(texts.Length, 21, 22);
    }

    [Fact]
    public async Task A_missing_segment_is_damage()
    {
        await FillAsync(400);
        File.Delete(_directory.Segments[1]);
        Assert.Throws<JournalException>(() => _directory.Open());
        var (report, texts) = JournalDirectory.Look(_directory.Path, s_openDamaged);
        Assert.Contains("missing", Assert.Single(report.Damages).Description, StringComparison.Ordinal);
        Assert.Equal(texts, JournalDirectory.Look(_directory.Path).Texts);
    }

    [Fact]
    public async Task A_segment_that_is_cut_short_is_damage_even_at_the_end_of_a_record()
    {
        long end = 0;
        await FillAsync(400, entry => end = entry.Number == 50 ? entry.Offset : end);
        using (var file = File.OpenWrite(_directory.Segments[0]))
        {
            file.SetLength(end);
        }

        Assert.Throws<JournalException>(() => _directory.Open());
        var (report, _) = JournalDirectory.Look(_directory.Path, s_openDamaged);
        Assert.Contains("end is missing", Assert.Single(report.Damages).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_of_another_journal_or_version_is_refused()
    {
        using var other = new JournalDirectory();
        await FillAsync(400);
        var (journal, _) = other.Open();
        await JournalDirectory.AddAsync(journal, "foreign");
        journal.Dispose();
        var bytes = File.ReadAllBytes(other.Segments[0]);
        File.WriteAllBytes(SegmentName.In(_directory.Path, 99), bytes);
        Assert.Contains("not of this one", Assert.Throws<JournalException>(() => _directory.Open(s_openDamaged)).Message, StringComparison.Ordinal);
        bytes[8] = 9;
        BitConverter.TryWriteBytes(bytes.AsSpan(60), Crc32C.Of(bytes.AsSpan(0, 60)));
        File.WriteAllBytes(SegmentName.In(_directory.Path, 99), bytes);
        Assert.Contains("version 9", Assert.Throws<JournalException>(() => _directory.Open(s_openDamaged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Garbage_is_never_a_record()
    {
        var random = new Random(3);
        Directory.CreateDirectory(_directory.Path);
        for (var i = 0; i < 20; i++)
        {
            var bytes = new byte[20_000];
            random.NextBytes(bytes);
            new SegmentHeader(1, 1, 0, Guid.NewGuid(), false).Write(bytes);
            File.WriteAllBytes(SegmentName.In(_directory.Path, 1), bytes);
            var (report, texts) = JournalDirectory.Look(_directory.Path);
            Assert.Empty(texts);
            Assert.Equal(20_000 - SegmentHeader.Size, report.TornBytes);
        }
    }

    private static byte[] Damage(string path, int start, int end)
    {
        var bytes = File.ReadAllBytes(path);
        for (var i = start; i < end; i++)
        {
            bytes[i] ^= 0xFF;
        }

        File.WriteAllBytes(path, bytes);
        return bytes;
    }

    private async Task FillAsync(int count, Action<JournalEntry>? each = null)
    {
        var (journal, _) = _directory.Open(new RecordJournalOptions { SegmentBytes = 4096, FlushToDisk = false });
        for (var i = 0; i < count; i++)
        {
            var entry = await JournalDirectory.AddAsync(journal, "record " + i);
            each?.Invoke(entry);
        }

        journal.Dispose();
    }
}
