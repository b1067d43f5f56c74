using System.Text;

namespace HighPerf.Data.Tests;

public sealed class FileSourceTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    private string Input => Directory.CreateDirectory(_temp["in"]).FullName;

    private string Checkpoint => _temp["state/source.done"];

    public void Dispose() => _temp.Dispose();

    private FileSource<Reading> Source(Action<FileSourceOptions>? change = null, Func<FileSlice, Reading>? map = null, TimeProvider? clock = null)
    {
        var options = new FileSourceOptions { Path = Input, Watch = false, SettleTime = TimeSpan.Zero, CheckpointPath = Checkpoint };
        change?.Invoke(options);
        return new FileSource<Reading>("test", options, map ?? Reading.Of, clock: clock);
    }

    [Fact]
    public async Task Files_become_documents_in_ordinal_order()
    {
        foreach (var name in new[] { "b.csv", "a.csv", "B.csv", "a-1.csv", "10.csv", "9.csv" })
        {
            _temp.Write($"in/{name}", name);
        }

        var publisher = new FakePublisher();
        var source = Source();
        await source.RunAsync(publisher, default);

        Assert.Equal(["10.csv", "9.csv", "B.csv", "a-1.csv", "a.csv", "b.csv"], publisher.Documents.Select(d => d.File));
        Assert.All(publisher.Documents, d => Assert.Equal(d.File, d.Text));
        Assert.Equal((6, 6, 6, 0, 0), (source.FilesSeen, source.FilesCompleted, source.DocumentsPublished, source.DocumentsSkipped, source.FilesFailed));
    }

    [Fact]
    public async Task Only_files_that_match_are_taken_and_links_hidden_files_and_the_checkpoint_are_not()
    {
        _temp.Write("in/a.csv", "a");
        _temp.Write("in/a.txt", "a");
        _temp.Write("in/.hidden.csv", "a");
        _temp.Write("in/below/b.csv", "b");
        _temp.Write("in/.git/c.csv", "c");
        Directory.CreateDirectory(_temp["in/directory.csv"]);
        File.CreateSymbolicLink(_temp["in/link.csv"], _temp["in/a.csv"]);
        File.CreateSymbolicLink(_temp["in/dangling.csv"], _temp["in/nothing.csv"]);
        Directory.CreateSymbolicLink(_temp["in/loop"], Input);

        var flat = new FakePublisher();
        await Source(o => o.Pattern = "*.csv").RunAsync(flat, default);
        Assert.Equal(["a.csv"], flat.Documents.Select(d => d.File));

        var deep = new FakePublisher();
        await Source(o => (o.Recursive, o.CheckpointPath) = (true, _temp["in/done"])).RunAsync(deep, default);
        Assert.Equal(["a.csv", "a.txt", "below/b.csv"], deep.Documents.Select(d => d.File));

        var again = new FakePublisher();
        await Source(o => (o.Recursive, o.CheckpointPath) = (true, _temp["in/done"])).RunAsync(again, default);
        Assert.Empty(again.Documents);
    }

    [Fact]
    public async Task Links_are_followed_where_wanted_and_a_link_to_nothing_is_reported()
    {
        var target = _temp.Write("elsewhere/a.csv", "the target");
        File.CreateSymbolicLink(_temp["elsewhere/hop.csv"], target);
        File.CreateSymbolicLink(Path.Combine(Input, "link.csv"), _temp["elsewhere/hop.csv"]);
        File.CreateSymbolicLink(Path.Combine(Input, "dangling.csv"), _temp["nothing.csv"]);
        Directory.CreateSymbolicLink(Path.Combine(Input, "directory.csv"), _temp["elsewhere"]);
        var problems = new List<FileProblem>();
        var publisher = new FakePublisher();
        await Source(o => (o.FollowLinks, o.Recursive, o.OnProblem) = (true, true, problems.Add)).RunAsync(publisher, default);
        Assert.Equal(("link.csv", "the target"), (publisher.Documents.Single().File, publisher.Documents.Single().Text));
        Assert.EndsWith("dangling.csv", problems.Single().Path);

        await File.WriteAllTextAsync(target, "another target");
        var again = new FakePublisher();
        await Source(o => o.FollowLinks = true).RunAsync(again, default);
        Assert.Equal("another target", again.Documents.Single().Text);
    }

    [Fact]
    public async Task Links_that_lead_in_a_circle_are_reported_and_the_rest_is_read()
    {
        File.WriteAllText(Path.Combine(Input, "a.csv"), "a");
        File.CreateSymbolicLink(Path.Combine(Input, "loop.csv"), "loop.csv");
        var problems = new List<FileProblem>();
        var publisher = new FakePublisher();
        await Source(o => (o.FollowLinks, o.OnProblem) = (true, problems.Add)).RunAsync(publisher, default);
        Assert.Equal("a.csv", publisher.Documents.Single().File);
        Assert.EndsWith("loop.csv", problems.Single().Path);
    }

    public static TheoryData<string, bool, int, string[]> Cuts => new()
    {
        // content, header, lines, expected slices as first line|last|text
        { "", false, 2, ["1|last|"] },
        { "", true, 2, ["2|last|"] },
        { "h", true, 2, ["2|last|"] },
        { "h\r\n", true, 2, ["2|last|"] },
        { "a", false, 2, ["1|last|a"] },
        { "a\n", false, 1, ["1|last|a\n"] },
        { "\n", false, 1, ["1|last|\n"] },
        { "a\n\nb", false, 1, ["1||a\n", "2||\n", "3|last|b"] },
        { "a\nb\nc\n", false, 2, ["1||a\nb\n", "3|last|c\n"] },
        { "a\nb\nc\nd\n", false, 2, ["1||a\nb\n", "3|last|c\nd\n"] },
        { "a\r\nb\r\nc", false, 2, ["1||a\r\nb\r\n", "3|last|c"] },
        { "\uFEFFa\nb\n", false, 1, ["1||a\n", "2|last|b\n"] },
        { "\uFEFFh\na\nb\n", true, 1, ["2||a\n", "3|last|b\n"] },
        { "h\na\nb", true, 0, ["2|last|a\nb"] },
        { "a\nb", false, 0, ["1|last|a\nb"] },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Files_are_cut_by_lines(string content, bool header, int lines, string[] expected)
    {
        File.WriteAllBytes(Path.Combine(Input, "a.csv"), Encoding.UTF8.GetBytes(content));
        var publisher = new FakePublisher();
        var source = Source(
            o => (o.HeaderLine, o.LinesPerDocument) = (header, lines),
            s =>
            {
                Assert.Equal(header && content.Length > 0 ? "h" : "", s.Header);
                return new Reading(s.Name, s.Index, $"{s.FirstLine}|{(s.IsLast ? "last" : "")}|{Encoding.UTF8.GetString(s.Content.Span)}");
            });
        await source.RunAsync(publisher, default);

        Assert.Equal(expected, publisher.Documents.Select(d => d.Text));
        Assert.Equal(Enumerable.Range(0, expected.Length).Select(i => (long)i), publisher.Documents.Select(d => d.Index));
        Assert.Equal(0, source.DocumentsFailed);
    }

    [Fact]
    public async Task Random_files_are_cut_as_a_simple_model_cuts_them()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var text = new StringBuilder();
            var count = random.Next(0, 40);
            for (var i = 0; i < count; i++)
            {
                var length = random.Next(6) switch { 0 => 0, 1 => random.Next(60_000, 70_000), 2 => random.Next(130_000), _ => random.Next(2_000) };
                text.Append((char)('a' + (i % 26)), length).Append(random.Next(3) == 0 ? "\r\n" : "\n");
            }

            if (random.Next(2) == 0)
            {
                text.Append("tail");
            }

            var per = random.Next(1, 12);
            var content = text.ToString();
            File.WriteAllText(Path.Combine(Input, "a.csv"), content);
            var publisher = new FakePublisher();
            await Source(o => (o.LinesPerDocument, o.CheckpointPath) = (per, null)).RunAsync(publisher, default);

            var lines = content.Split('\n').Select((l, i) => l + "\n").ToList();
            lines[^1] = lines[^1][..^1];
            if (lines[^1].Length == 0 && lines.Count > 1)
            {
                lines.RemoveAt(lines.Count - 1);
            }

            var expected = lines.Chunk(per).Select(c => string.Concat(c)).ToArray();
            Assert.True(expected.SequenceEqual(publisher.Documents.Select(d => d.Text)), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public async Task A_restart_does_nothing_twice()
    {
        _temp.Write("in/a.csv", "1\n2\n3\n");
        _temp.Write("in/b.csv", "4\n");
        var first = new FakePublisher();
        await Source(o => o.LinesPerDocument = 1).RunAsync(first, default);
        Assert.Equal(4, first.Published.Count);
        Assert.Equal(4, first.Ids.Distinct().Count());

        var second = new FakePublisher();
        var source = Source(o => o.LinesPerDocument = 1);
        await source.RunAsync(second, default);
        Assert.Empty(second.Published);
        Assert.Equal((4, 2, 2), (source.DocumentsSkipped, source.FilesCompleted, source.FilesSeen));
    }

    [Fact]
    public async Task A_changed_file_is_another_file()
    {
        var path = _temp.Write("in/a.csv", "1");
        var before = new FakePublisher();
        await Source().RunAsync(before, default);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        var touched = new FakePublisher();
        await Source().RunAsync(touched, default);
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, "12");
        File.SetLastWriteTimeUtc(path, time);
        var longer = new FakePublisher();
        await Source().RunAsync(longer, default);

        Assert.Single(touched.Published);
        Assert.Equal("12", longer.Documents.Single().Text);
        Assert.Equal(3, new[] { before, touched, longer }.SelectMany(p => p.Ids).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_checkpoint_the_same_documents_have_the_same_ids()
    {
        _temp.Write("in/a.csv", "1\n2\n");
        var first = new FakePublisher();
        var second = new FakePublisher();
        await Source(o => (o.LinesPerDocument, o.CheckpointPath) = (1, null)).RunAsync(first, default);
        await Source(o => (o.LinesPerDocument, o.CheckpointPath) = (1, null)).RunAsync(second, default);
        Assert.Equal(first.Ids, second.Ids);
    }

    [Fact]
    public async Task A_checkpoint_that_was_cut_at_any_byte_repeats_only_what_it_lost()
    {
        _temp.Write("in/a.csv", "1\n2\n3\n");
        _temp.Write("in/b.csv", "4\n5\n");

        // A publisher that never finishes the last line keeps the slices of b.csv from being folded into one record.
        var first = new FakePublisher((d, token) => d.Text == "5\n" ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
        using var stop = new CancellationTokenSource();
        var run = Source(o => (o.LinesPerDocument, o.MaxInFlight) = (1, 8)).RunAsync(first, stop.Token);
        await first.ReachedAsync(5);
        await WaitForAsync(() => new FileInfo(Checkpoint).Length == 32 * 5);
        await stop.CancelAsync();
        await run;
        var whole = await File.ReadAllBytesAsync(Checkpoint);

        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(Checkpoint, whole[..length]);
            var second = new FakePublisher();
            var source = Source(o => o.LinesPerDocument = 1);
            await source.RunAsync(second, default);
            Assert.Equal(second.Published.Count, second.Ids.Distinct().Count());
            Assert.Equal(5, second.Published.Count + source.DocumentsSkipped);
            Assert.Contains(second.Documents, d => d.Text == "5\n");
            Assert.True(second.Published.Count <= 1 + 4 - Math.Min(4, Math.Max(0, (length / 32) - 1)), $"length {length}: {second.Published.Count} published");
            Assert.Subset(first.Ids.ToHashSet(), second.Ids.ToHashSet());

            var third = new FakePublisher();
            await Source(o => o.LinesPerDocument = 1).RunAsync(third, default);
            Assert.Empty(third.Published);
            Assert.Equal(32 * 3, new FileInfo(Checkpoint).Length);
        }
    }

    [Fact]
    public async Task A_damaged_checkpoint_record_costs_only_its_own_document()
    {
        _temp.Write("in/a.csv", "1");
        _temp.Write("in/b.csv", "2");
        _temp.Write("in/c.csv", "3");
        await Source(o => o.MaxInFlight = 1).RunAsync(new FakePublisher(), default);
        var bytes = await File.ReadAllBytesAsync(Checkpoint);
        bytes[64 + 10] ^= 1;
        await File.WriteAllBytesAsync(Checkpoint, bytes);

        var publisher = new FakePublisher();
        await Source().RunAsync(publisher, default);
        Assert.Equal("2", publisher.Documents.Single().Text);
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_left_alone()
    {
        _temp.Write("state/source.done", "my own notes, which are longer than thirty-two bytes");
        var error = await Assert.ThrowsAsync<HighPerfException>(() => Source().RunAsync(new FakePublisher(), default));
        Assert.Contains(Checkpoint, error.Message);
        Assert.StartsWith("my own notes", await File.ReadAllTextAsync(Checkpoint));
    }

    [Fact]
    public async Task A_checkpoint_serves_one_source_at_a_time()
    {
        _temp.Write("in/a.csv", "1");
        using var stop = new CancellationTokenSource();
        var publisher = new FakePublisher((_, token) => Task.Delay(Timeout.Infinite, token));
        var run = Source().RunAsync(publisher, stop.Token);
        await publisher.ReachedAsync(1);
        var error = await Assert.ThrowsAsync<HighPerfException>(() => Source().RunAsync(new FakePublisher(), default));
        Assert.Contains(Checkpoint, error.Message);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Cancelling_gives_up_what_is_under_way_and_a_restart_does_it()
    {
        for (var i = 0; i < 10; i++)
        {
            _temp.Write($"in/{i}.csv", $"{i}");
        }

        using var stop = new CancellationTokenSource();
        var first = new FakePublisher((d, token) => d.Text is "3" or "5" ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
        var source = Source(o => o.MaxInFlight = 3);
        var run = source.RunAsync(first, stop.Token);
        await first.ReachedAsync(10);
        await WaitForAsync(() => source.DocumentsPublished == 8);
        await stop.CancelAsync();
        await run;

        var second = new FakePublisher();
        await Source().RunAsync(second, default);
        Assert.Equal(["3", "5"], second.Documents.Select(d => d.Text));
    }

    [Fact]
    public async Task Documents_under_way_are_bounded()
    {
        for (var i = 0; i < 40; i++)
        {
            _temp.Write($"in/{i:00}.csv", $"{i}");
        }

        var go = new TaskCompletionSource();
        var publisher = new FakePublisher((_, _) => go.Task);
        var run = Source(o => o.MaxInFlight = 4).RunAsync(publisher, default);
        await publisher.ReachedAsync(4);
        Assert.Equal(4, publisher.Published.Count);
        go.SetResult();
        await run;
        Assert.Equal(40, publisher.Published.Count);
        Assert.Equal(4, publisher.MaxInFlight);
    }

    [Fact]
    public async Task A_document_that_fails_for_good_is_reported_and_not_published_again()
    {
        _temp.Write("in/a.csv", "1\n2\n3\n");
        var problems = new List<FileProblem>();
        var publisher = new FakePublisher((d, _) => d.Index == 1 ? throw new DocumentFailedException("poison") : Task.CompletedTask);
        var source = Source(o => (o.LinesPerDocument, o.OnProblem) = (1, problems.Add));
        await source.RunAsync(publisher, default);
        Assert.Equal((2, 1, 1), (source.DocumentsPublished, source.DocumentsFailed, source.FilesCompleted));
        Assert.Equal((1L, "poison"), (problems.Single().Index, problems[0].Error.Message));

        var again = new FakePublisher();
        await Source(o => o.LinesPerDocument = 1).RunAsync(again, default);
        Assert.Empty(again.Published);
    }

    [Fact]
    public async Task A_mapping_that_throws_is_a_document_that_failed()
    {
        _temp.Write("in/a.csv", "1");
        _temp.Write("in/b.csv", "2");
        var source = Source(map: s => s.Name == "a.csv" ? throw new FormatException("no") : Reading.Of(s));
        var publisher = new FakePublisher();
        await source.RunAsync(publisher, default);
        Assert.Equal("b.csv", publisher.Documents.Single().File);
        Assert.Equal((1, 1), (source.DocumentsFailed, source.DocumentsPublished));
    }

    [Fact]
    public async Task A_publisher_that_cannot_go_on_stops_the_source_and_its_document_is_not_done()
    {
        _temp.Write("in/a.csv", "1");
        _temp.Write("in/b.csv", "2");
        var publisher = new FakePublisher((d, _) => d.File == "b.csv" ? throw new InvalidOperationException("broker gone") : Task.CompletedTask);
        var error = await Assert.ThrowsAsync<HighPerfException>(() => Source().RunAsync(publisher, default));
        Assert.Contains("broker gone", error.Message);

        var again = new FakePublisher();
        await Source().RunAsync(again, default);
        Assert.Equal("b.csv", again.Documents.Single().File);
    }

    [Fact]
    public async Task A_locked_file_is_reported_once_skipped_and_read_when_it_is_free()
    {
        _temp.Write("in/a.csv", "1");
        var locked = _temp.Write("in/b.csv", "2");
        var problems = new List<FileProblem>();
        var holder = new FileStream(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var batch = Source(o => o.OnProblem = problems.Add);
        var publisher = new FakePublisher();
        await batch.RunAsync(publisher, default);
        Assert.Equal("a.csv", publisher.Documents.Single().File);
        Assert.Equal((1, 1), (batch.FilesFailed, batch.FilesCompleted));
        Assert.Equal((locked, -1L), (problems.Single().Path, problems[0].Index));

        using var stop = new CancellationTokenSource();
        var clock = new ManualClock(DateTimeOffset.UtcNow.AddDays(1));
        var watching = Source(o => (o.Watch, o.OnProblem) = (true, problems.Add), clock: clock);
        var later = new FakePublisher();
        var run = watching.RunAsync(later, stop.Token);
        for (var look = 0; look < 3; look++)
        {
            await clock.WaitedForAsync();
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        await clock.WaitedForAsync();
        Assert.Equal(2, problems.Count);
        Assert.Equal(1, watching.FilesFailed);
        await holder.DisposeAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        await later.ReachedAsync(1);
        await WaitForAsync(() => watching.FilesCompleted == 2);
        Assert.Equal(0, watching.FilesFailed);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_reported_and_skipped()
    {
        _temp.Write("in/a.csv", "12345");
        _temp.Write("in/b.csv", "1234");
        var problems = new List<FileProblem>();
        var publisher = new FakePublisher();
        await Source(o => (o.MaxFileBytes, o.OnProblem) = (4, problems.Add)).RunAsync(publisher, default);
        Assert.Equal("b.csv", publisher.Documents.Single().File);
        Assert.Contains("MaxFileBytes is 4", problems.Single().Error.Message);
    }

    [Fact]
    public async Task Watching_finds_new_and_changed_files()
    {
        _temp.Write("in/a.csv", "1");
        using var stop = new CancellationTokenSource();
        var publisher = new FakePublisher();
        var source = Source(o => (o.Watch, o.RescanInterval) = (true, TimeSpan.FromMilliseconds(200)));
        var run = source.RunAsync(publisher, stop.Token);
        await publisher.ReachedAsync(1);
        _temp.Write("in/.b.tmp", "2");
        File.Move(_temp["in/.b.tmp"], _temp["in/b.csv"]);
        await publisher.ReachedAsync(2);
        _temp.Write("in/.a.tmp", "changed");
        File.Move(_temp["in/.a.tmp"], _temp["in/a.csv"], overwrite: true);
        await publisher.ReachedAsync(3);
        await WaitForAsync(() => source.FilesCompleted == 3);
        await stop.CancelAsync();
        await run;
        Assert.Equal(["1", "2", "changed"], publisher.Documents.Select(d => d.Text));
    }

    [Fact]
    public async Task A_file_is_taken_when_it_has_settled()
    {
        var path = _temp.Write("in/a.csv", "half");
        var clock = new ManualClock(DateTimeOffset.UtcNow);
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        var publisher = new FakePublisher();
        var source = Source(o => o.SettleTime = TimeSpan.FromSeconds(5), clock: clock);
        var run = source.RunAsync(publisher, default);

        await clock.WaitedForAsync();
        Assert.Empty(publisher.Published);
        File.WriteAllText(path, "half and half");
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime.AddSeconds(4));
        clock.Advance(TimeSpan.FromSeconds(5));

        await clock.WaitedForAsync();
        Assert.Empty(publisher.Published);
        clock.Advance(TimeSpan.FromSeconds(5));
        await run;
        Assert.Equal("half and half", publisher.Documents.Single().Text);
    }

    [Fact]
    public async Task A_file_from_the_future_settles_when_it_stays_the_same()
    {
        var path = _temp.Write("in/a.csv", "1");
        var clock = new ManualClock(DateTimeOffset.UtcNow);
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime.AddDays(1));
        var publisher = new FakePublisher();
        var run = Source(o => o.SettleTime = TimeSpan.FromSeconds(5), clock: clock).RunAsync(publisher, default);
        await clock.WaitedForAsync();
        Assert.Empty(publisher.Published);
        clock.Advance(TimeSpan.FromSeconds(5));
        await run;
        Assert.Single(publisher.Published);
    }

    [Fact]
    public async Task A_missing_directory_is_said_at_start()
    {
        var error = await Assert.ThrowsAsync<HighPerfException>(() => Source(o => o.Path = _temp["nowhere"]).RunAsync(new FakePublisher(), default));
        Assert.Contains("FileSourceOptions.Path", error.Message);
        Assert.Contains(_temp["nowhere"], error.Message);
    }

    [Fact]
    public async Task A_directory_that_goes_away_while_it_is_watched_is_waited_for()
    {
        _temp.Write("in/a.csv", "1");
        using var stop = new CancellationTokenSource();
        var clock = new ManualClock(DateTimeOffset.UtcNow.AddDays(1));
        var publisher = new FakePublisher();
        var source = Source(o => o.Watch = true, clock: clock);
        var run = source.RunAsync(publisher, stop.Token);
        await publisher.ReachedAsync(1);
        await WaitForAsync(() => source.FilesCompleted == 1);
        Directory.Move(_temp["in"], _temp["away"]);
        _temp.Write("away/b.csv", "2");
        for (var look = 0; look < 2; look++)
        {
            await clock.WaitedForAsync();
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        await clock.WaitedForAsync();
        Directory.Move(_temp["away"], _temp["in"]);
        while (publisher.Published.Count < 2)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await run;
        Assert.Equal(["1", "2"], publisher.Documents.Select(d => d.Text));
    }

    [Fact]
    public async Task An_empty_directory_is_nothing_to_do()
    {
        var source = Source();
        await source.RunAsync(new FakePublisher(), default);
        Assert.Equal(0, source.FilesSeen);
    }

    [Fact]
    public void Options_that_cannot_work_are_said_with_name_value_and_advice()
    {
        void Refused(string option, Action<FileSourceOptions> change)
            => Assert.Contains($"Source 'test': FileSourceOptions.{option} is '", Assert.Throws<HighPerfException>(() => Source(change)).Message);

        Refused("Path", o => o.Path = " ");
        Refused("Pattern", o => o.Pattern = "a/b");
        Refused("LinesPerDocument", o => o.LinesPerDocument = -1);
        Refused("RescanInterval", o => o.RescanInterval = TimeSpan.Zero);
        Refused("SettleTime", o => o.SettleTime = TimeSpan.FromSeconds(-1));
        Refused("MaxInFlight", o => o.MaxInFlight = 0);
        Refused("MaxFileBytes", o => o.MaxFileBytes = 0);
        Refused("CheckpointPath", o => o.CheckpointPath = Input);
    }

    /// <summary>Waits for something that has no event. Polls, with a limit that only a failure reaches.</summary>
    private static async Task WaitForAsync(Func<bool> condition)
    {
        var until = Environment.TickCount64 + 60_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < until, "The condition did not come true in 60 s.");
            await Task.Delay(2);
        }
    }
}
