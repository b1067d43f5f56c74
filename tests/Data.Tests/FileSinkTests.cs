using System.Diagnostics;
using System.Text;

namespace HighPerf.Data.Tests;

public sealed class FileSinkTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    private string Target => _temp["out/results.jsonl"];

    private string Index => Target + ".ids";

    public void Dispose() => _temp.Dispose();

    private FileSink<Reading> Sink(Action<FileSinkOptions>? change = null)
    {
        var options = new FileSinkOptions { Path = Target };
        change?.Invoke(options);
        return new FileSink<Reading>("results", options, ReadingJson.Default.Reading);
    }

    private static MessageId Id(int number) => MessageId.Derive($"record {number}");

    private static Reading Value(int number) => new("file", number, new string('x', number % 7));

    private static SinkRecord Record(int number) => Value(number).ToRecord(Id(number));

    private async Task<List<Reading>> ReadAsync(string? path = null)
    {
        var all = new List<Reading>();
        await foreach (var reading in FileSink.ReadAllAsync(path ?? Target, ReadingJson.Default.Reading))
        {
            all.Add(reading);
        }

        return all;
    }

    [Theory]
    [InlineData(FileFlush.Grouped)]
    [InlineData(FileFlush.Each)]
    [InlineData(FileFlush.OperatingSystem)]
    public async Task Records_are_lines_and_each_id_is_written_once(FileFlush flush)
    {
        await using (var sink = Sink(o => o.Flush = flush))
        {
            await sink.StartAsync(default);
            for (var i = 0; i < 5; i++)
            {
                await sink.WriteAsync(Record(i), default);
                await sink.WriteAsync(Record(i / 2), default);
            }
        }

        await using (var sink = Sink(o => o.Flush = flush))
        {
            await sink.StartAsync(default);
            Assert.Equal(5, sink.Count);
            Assert.True(sink.Contains(Id(4)));
            await sink.WriteAsync(Record(4), default);
            await sink.WriteAsync(Record(5), default);
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(Value), await ReadAsync());
        Assert.StartsWith("{\"File\":\"file\",\"Index\":0,\"Text\":\"\"}\n", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task A_kill_at_any_byte_of_either_file_loses_and_doubles_nothing()
    {
        const int Count = 4;
        await using (var sink = Sink(o => o.Flush = FileFlush.OperatingSystem))
        {
            await sink.StartAsync(default);
            for (var i = 0; i < Count; i++)
            {
                await sink.WriteAsync(Record(i), default);
            }
        }

        var data = await File.ReadAllBytesAsync(Target);
        var index = await File.ReadAllBytesAsync(Index);
        Assert.Equal(32 * (Count + 1), index.Length);
        var ends = Enumerable.Range(0, Count + 1).Select(i => i == 0 ? 0 : (int)BitConverter.ToInt64(index, (i * 32) + 16)).ToArray();
        for (var indexLength = 0; indexLength <= index.Length; indexLength++)
        {
            // Data is flushed before its index record is written; without the index's first record there is no data yet.
            var records = Math.Max(0, (indexLength / 32) - 1);
            var most = indexLength < 32 ? 0 : data.Length;
            for (var dataLength = ends[records]; dataLength <= most; dataLength++)
            {
                await File.WriteAllBytesAsync(Target, data[..dataLength]);
                await File.WriteAllBytesAsync(Index, index[..indexLength]);
                await using (var sink = Sink(o => o.Flush = FileFlush.OperatingSystem))
                {
                    await sink.StartAsync(default);
                    Assert.Equal(records, sink.Count);
                    Assert.Equal(ends[records], new FileInfo(Target).Length);
                    for (var i = 0; i < Count; i++)
                    {
                        await sink.WriteAsync(Record(i), default);
                    }
                }

                Assert.True((await File.ReadAllBytesAsync(Target)).AsSpan().SequenceEqual(data), $"index {indexLength}, data {dataLength}");
                Assert.True((await File.ReadAllBytesAsync(Index)).Length == index.Length, $"index {indexLength}, data {dataLength}");
            }
        }
    }

    [Fact]
    public async Task Garbage_of_an_interrupted_write_is_cut()
    {
        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            await sink.WriteAsync(Record(0), default);
            await sink.WriteAsync(Record(1), default);
        }

        await File.AppendAllTextAsync(Target, "{\"File\":\"half");
        await using (var stream = new FileStream(Index, FileMode.Append))
        {
            stream.Write(new byte[40]);
        }

        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            Assert.Equal(2, sink.Count);
            await sink.WriteAsync(Record(2), default);
        }

        Assert.Equal(Enumerable.Range(0, 3).Select(Value), await ReadAsync());
    }

    [Fact]
    public async Task Concurrent_writers_of_the_same_and_of_different_ids()
    {
        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var number = ((writer % 4) * 200) + i;
                    await sink.WriteAsync(Record(number), default);
                    Assert.True(sink.Contains(Id(number)));
                }
            })));
            Assert.Equal(800, sink.Count);
            Assert.Equal(800, (await ReadAsync()).Count);
        }

        var all = await ReadAsync();
        Assert.Equal(800, all.Count);
        Assert.Equal(Enumerable.Range(0, 800).Select(i => (long)i), all.Select(r => r.Index).Order());
        Assert.Equal(32 * 801, new FileInfo(Index).Length);
    }

    [Fact]
    public async Task Index_records_have_their_crc32c()
    {
        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            await sink.WriteAsync(Record(0), default);
        }

        Assert.Equal(0xE3069283u, Crc("123456789"u8.ToArray()));
        var index = await File.ReadAllBytesAsync(Index);
        foreach (var record in index.Chunk(32))
        {
            Assert.Equal(Crc(record[..28]), BitConverter.ToUInt32(record, 28));
        }

        static uint Crc(byte[] bytes)
        {
            var crc = uint.MaxValue;
            foreach (var value in bytes)
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
                }
            }

            return ~crc;
        }
    }

    [Fact]
    public async Task One_process_at_a_time()
    {
        await using var first = Sink();
        await first.StartAsync(default);
        await using var second = Sink();
        var error = await Assert.ThrowsAsync<HighPerfException>(async () => await second.StartAsync(default));
        Assert.Contains(Index, error.Message);
    }

    [Fact]
    public async Task Files_of_others_and_damaged_files_are_refused_and_left_alone()
    {
        _temp.Write("out/results.jsonl", "{}\n");
        await RefusedAsync("no index");

        File.Delete(Target);
        File.Delete(Index);
        await using (var sink = Sink(o => o.Flush = FileFlush.OperatingSystem))
        {
            await sink.StartAsync(default);
            for (var i = 0; i < 6; i++)
            {
                await sink.WriteAsync(Record(i), default);
            }
        }

        var data = await File.ReadAllBytesAsync(Target);
        var index = await File.ReadAllBytesAsync(Index);

        await File.WriteAllBytesAsync(Target, data[..^1]);
        await RefusedAsync("its index says");

        await File.WriteAllBytesAsync(Target, [.. data[..^1], (byte)' ']);
        await RefusedAsync("no line end");

        await File.WriteAllBytesAsync(Target, data);
        index[(32 * 3) + 5] ^= 1;
        await File.WriteAllBytesAsync(Index, index);
        await RefusedAsync("damaged in the middle");

        _temp.Write("out/results.jsonl.ids", new string('x', 100));
        await RefusedAsync("not the index");

        async Task RefusedAsync(string reason)
        {
            var before = (await File.ReadAllBytesAsync(Target), File.Exists(Index) ? await File.ReadAllBytesAsync(Index) : []);
            await using (var sink = Sink())
            {
                var error = await Assert.ThrowsAsync<HighPerfException>(async () => await sink.StartAsync(default));
                Assert.Contains(reason, error.Message);
                Assert.Contains(Target, error.Message);
            }

            Assert.Equal(before.Item1, await File.ReadAllBytesAsync(Target));
            Assert.Equal(before.Item2, await File.ReadAllBytesAsync(Index));
        }
    }

    [Fact]
    public async Task The_last_batch_may_have_reached_the_disk_in_any_order()
    {
        byte[] index;
        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            await sink.WriteAsync(Record(0), default);

            // Writers that come while a flush runs share the next one; repeat until a batch has three records.
            for (var first = 1; ; first += 64)
            {
                await Task.WhenAll(Enumerable.Range(first, 64).Select(i => sink.WriteAsync(Record(i), default).AsTask()));
                index = ReadShared(Index);
                if (Batch(index, index.Length - 32) == Batch(index, index.Length - 96))
                {
                    break;
                }
            }
        }

        index[^90] ^= 1;
        await File.WriteAllBytesAsync(Index, index);
        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            Assert.Equal((index.Length / 32) - 4, sink.Count);
        }

        static uint Batch(byte[] index, int record) => BitConverter.ToUInt32(index, record + 24);

        // The sink's lock is advisory: another program reads.
        static byte[] ReadShared(string path)
        {
            using var cat = Process.Start(new ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
            using var memory = new MemoryStream();
            cat.StandardOutput.BaseStream.CopyTo(memory);
            cat.WaitForExit();
            return memory.ToArray();
        }
    }

    [TmpfsFact]
    public async Task A_full_disk_is_an_error_and_leaves_nothing_half_written()
    {
        var mount = Directory.CreateDirectory(_temp["full"]).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount);
        try
        {
            var path = Path.Combine(mount, "r.jsonl");
            await using (var sink = Sink(o => o.Path = path))
            {
                await sink.StartAsync(default);
                await sink.WriteValueAsync(Id(0), Value(0));
                await sink.WriteValueAsync(Id(1), new Reading("big", 1, new string('b', 30_000)));
                await Assert.ThrowsAnyAsync<IOException>(async () => await sink.WriteValueAsync(Id(2), new Reading("big", 2, new string('b', 40_000))));
                Assert.False(sink.Contains(Id(2)));
                await sink.WriteValueAsync(Id(3), Value(3));
            }

            Assert.Equal([0, 1, 3], (await ReadAsync(path)).Select(r => r.Index));
            await using (var sink = Sink(o => o.Path = path))
            {
                await sink.StartAsync(default);
                Assert.Equal(3, sink.Count);
                await sink.WriteValueAsync(Id(2), Value(2));
            }

            Assert.Equal([0, 1, 3, 2], (await ReadAsync(path)).Select(r => r.Index));
        }
        finally
        {
            Run("umount", mount);
        }

        static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }

    [Fact]
    public async Task A_record_that_is_too_long_or_has_no_id_is_refused()
    {
        await using var sink = Sink(o => o.MaxRecordBytes = 50);
        await sink.StartAsync(default);
        await Assert.ThrowsAsync<HighPerfException>(async () => await sink.WriteValueAsync(Id(1), new Reading("f", 1, new string('x', 50))));
        await Assert.ThrowsAsync<ArgumentException>(async () => await sink.WriteAsync(Value(1).ToRecord(MessageId.None), default));
        await Assert.ThrowsAsync<MessageFormatException>(async () => await sink.WriteAsync(new SinkRecord(Id(1), "Test", new byte[] { 9 }), default));
        Assert.Equal(0, sink.Count);
    }

    [Fact]
    public async Task Using_it_before_start_or_after_dispose_is_an_error()
    {
        var sink = Sink();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await sink.WriteAsync(Record(1), default));
        await sink.StartAsync(default);
        await sink.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await sink.WriteAsync(Record(1), default));
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task Ranges_that_follow_each_other_give_every_line_once()
    {
        await using (var sink = Sink(o => o.Flush = FileFlush.OperatingSystem))
        {
            await sink.StartAsync(default);
            for (var i = 0; i < 12; i++)
            {
                await sink.WriteAsync(Record(i), default);
            }
        }

        await File.AppendAllTextAsync(Target, "{\"half");
        var length = new FileInfo(Target).Length;
        for (long cut = 0; cut <= length; cut++)
        {
            var numbers = new List<long>();
            foreach (var (from, to) in new[] { (0, cut), (cut, cut + 10), (cut + 10, long.MaxValue) })
            {
                await foreach (var reading in FileSink.ReadAllAsync(Target, ReadingJson.Default.Reading, from, to))
                {
                    numbers.Add(reading.Index);
                }
            }

            Assert.Equal(Enumerable.Range(0, 12).Select(i => (long)i), numbers);
        }
    }

    [Fact]
    public async Task Long_lines_are_read_across_buffers_and_bad_lines_are_said()
    {
        await using (var sink = Sink())
        {
            await sink.StartAsync(default);
            for (var i = 0; i < 20; i++)
            {
                await sink.WriteValueAsync(Id(i), new Reading("f", i, new string('y', i * 20_011)));
            }
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 20_011), (await ReadAsync()).Select(r => r.Text.Length));

        var bad = _temp.Write("bad.jsonl", "{\"File\":\"f\",\"Index\":1,\"Text\":\"\"}\nnot json\n");
        var error = await Assert.ThrowsAsync<HighPerfException>(() => ReadAsync(bad));
        Assert.Contains("byte 33", error.Message);
    }

    [Fact]
    public void Options_that_cannot_work_are_said()
    {
        Assert.Contains("FileSinkOptions.Path", Assert.Throws<HighPerfException>(() => Sink(o => o.Path = "")).Message);
        Assert.Contains("FileSinkOptions.Path", Assert.Throws<HighPerfException>(() => Sink(o => o.Path = _temp.Path)).Message);
        Assert.Contains("FileSinkOptions.Flush", Assert.Throws<HighPerfException>(() => Sink(o => o.Flush = (FileFlush)9)).Message);
        Assert.Contains("FileSinkOptions.MaxRecordBytes", Assert.Throws<HighPerfException>(() => Sink(o => o.MaxRecordBytes = 0)).Message);
    }

    [Fact]
    public async Task Atomic_files_are_replaced_or_left_alone()
    {
        var path = _temp.Write("a.txt", "old");
        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(path, s =>
        {
            s.Write("new"u8);
            throw new InvalidDataException();
        }));
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        AtomicFile.Write(path, s => s.Write("new"u8));
        Assert.Equal("new", await File.ReadAllTextAsync(path));
        await AtomicFile.WriteAsync(path, async (s, token) => await s.WriteAsync(Encoding.UTF8.GetBytes("newest"), token));
        Assert.Equal("newest", await File.ReadAllTextAsync(path));
        Assert.Equal(["a.txt"], Directory.GetFiles(_temp.Path).Select(Path.GetFileName));
    }
}
