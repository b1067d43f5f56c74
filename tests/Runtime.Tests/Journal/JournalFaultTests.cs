using System.Diagnostics;
using HighPerf.Journal;

namespace HighPerf.Tests.Journal;

/// <summary>Disks that are full and disks that fail.</summary>
public sealed class JournalFaultTests : IDisposable
{
    private readonly JournalDirectory _directory = new();
    private readonly FaultyFiles _files = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(25)]
    public async Task A_full_disk_fails_the_record_and_it_goes_on_when_there_is_room(int room)
    {
        var (journal, _) = _directory.Open(files: _files);
        await JournalDirectory.AddAsync(journal, "before");
        _files.Room = room;
        for (var i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAsync<JournalException>(() => JournalDirectory.AddAsync(journal, "too much"));
            Assert.True(error.IsFull);
            Assert.False(error.IsUncertain);
            Assert.Contains(_directory.Path, error.Message, StringComparison.Ordinal);
        }

        _files.Room = long.MaxValue;
        await JournalDirectory.AddAsync(journal, "after");
        journal.Dispose();
        Assert.Equal(["before", "after"], _directory.Look());
    }

    [Fact]
    public async Task A_full_disk_takes_removals_that_fit()
    {
        var (journal, _) = _directory.Open(files: _files);
        var entry = await JournalDirectory.AddAsync(journal, "to be removed");
        _files.Room = RecordFormat.HeaderSize;
        var adding = JournalDirectory.AddAsync(journal, "too much");
        var removing = journal.RemoveAsync(entry).AsTask();
        await Assert.ThrowsAsync<JournalException>(() => adding);
        await removing;
        journal.Dispose();
        Assert.Empty(_directory.Look());
    }

    [Fact]
    public async Task A_full_disk_when_a_segment_is_begun_fails_the_record_too()
    {
        var (journal, _) = _directory.Open(files: _files);
        await JournalDirectory.AddAsync(journal, new string('a', 4000));
        _files.Room = 10;
        Assert.True((await Assert.ThrowsAsync<JournalException>(() => JournalDirectory.AddAsync(journal, new string('b', 4000)))).IsFull);
        _files.Room = long.MaxValue;
        await JournalDirectory.AddAsync(journal, "after");
        journal.Dispose();
        Assert.Equal([new string('a', 4000), "after"], _directory.Look());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_flush_that_failed_the_records_are_written_elsewhere(bool failSetLength)
    {
        var (journal, _) = _directory.Open(files: _files);
        await JournalDirectory.AddAsync(journal, "before");
        _files.FailFlushes = 1;
        _files.FailSetLength = failSetLength;
        await JournalDirectory.AddAsync(journal, "in doubt");
        _files.FailSetLength = false;
        await JournalDirectory.AddAsync(journal, "after");
        Assert.Equal(2, journal.Statistics.Segments);
        journal.Dispose();
        Assert.Equal(["before", "in doubt", "after"], _directory.Look());
    }

    [Fact]
    public async Task When_no_flush_succeeds_nothing_is_said_to_be_kept()
    {
        var (journal, _) = _directory.Open(files: _files);
        await JournalDirectory.AddAsync(journal, "before");
        _files.FailFlushes = 5;
        var error = await Assert.ThrowsAsync<JournalException>(() => JournalDirectory.AddAsync(journal, "lost"));
        Assert.True(error.IsUncertain);
        Assert.False(error.IsFull);
        _files.FailFlushes = 0;
        await JournalDirectory.AddAsync(journal, "after");
        journal.Dispose();
        Assert.Equal(["before", "after"], _directory.Look());
    }

    [Fact]
    public async Task A_write_that_cannot_be_cut_back_ends_the_segment_before_it()
    {
        var (journal, _) = _directory.Open(files: _files);
        await JournalDirectory.AddAsync(journal, "before");
        _files.Room = 25;
        _files.FailSetLength = true;
        Assert.True((await Assert.ThrowsAsync<JournalException>(() => JournalDirectory.AddAsync(journal, "in doubt"))).IsUncertain);
        _files.Room = long.MaxValue;
        await JournalDirectory.AddAsync(journal, "after");
        journal.Dispose();
        Assert.Equal(["before", "after"], _directory.Look());
    }

    [Fact]
    public async Task Random_faults_never_lose_what_was_said_to_be_kept()
    {
        var random = new Random(11);
        var (journal, _) = _directory.Open(files: _files);
        var kept = new HashSet<string>();
        var doubtful = new HashSet<string>();
        for (var i = 0; i < 600; i++)
        {
            _files.Room = random.Next(6) == 0 ? random.Next(300) : long.MaxValue;
            _files.FailFlushes = random.Next(12) == 0 ? random.Next(3) : 0;
            _files.FailSetLength = random.Next(8) == 0;
            var texts = Enumerable.Range(0, random.Next(1, 5)).Select(j => $"{i}.{j}").ToArray();
            var adding = Array.ConvertAll(texts, text => JournalDirectory.AddAsync(journal, text));
            for (var j = 0; j < adding.Length; j++)
            {
                try
                {
                    var entry = await adding[j];
                    kept.Add(texts[j]);
                    if (random.Next(3) == 0)
                    {
                        doubtful.Add(texts[j]);
                        await journal.RemoveAsync(entry);
                        doubtful.Remove(texts[j]);
                        kept.Remove(texts[j]);
                    }
                }
                catch (JournalException error) when (error.IsUncertain)
                {
                    doubtful.Add(texts[j]);
                }
                catch (JournalException)
                {
                }
            }
        }

        _files.FailFlushes = 0;
        journal.Dispose();
        var there = _directory.Look();
        Assert.Equal(there.Length, there.Distinct().Count());
        Assert.Empty(kept.Except(there).Except(doubtful));
        Assert.Empty(there.Except(kept).Except(doubtful));
        Assert.True(kept.Count > 300);
    }

    [Fact]
    public async Task A_disk_that_is_really_full()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        Directory.CreateDirectory(_directory.Path);
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", _directory.Path);
        try
        {
            var (journal, _) = _directory.Open(new RecordJournalOptions { SegmentBytes = 8192 });
            var kept = new Queue<JournalEntry>();
            JournalException? error = null;
            while (error is null)
            {
                try
                {
                    kept.Enqueue(await JournalDirectory.AddAsync(journal, new string('z', 1000)));
                }
                catch (JournalException exception)
                {
                    error = exception;
                }
            }

            Assert.True(error.IsFull);
            Assert.InRange(kept.Count, 40, 64);
            for (var i = 0; i < 20; i++)
            {
                await journal.RemoveAsync(kept.Dequeue());
            }

            kept.Enqueue(await JournalDirectory.AddAsync(journal, new string('z', 1000)));
            journal.Dispose();
            Assert.Equal(kept.Count, _directory.Look().Length);
        }
        finally
        {
            Run("umount", _directory.Path);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
