using HighPerf.Transports.Kafka;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class DoneOffsetsTests
{
    private const int Span = 120;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_is_a_set_of_offsets_however_they_come(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var start = random.Next(0, 5);
            var done = new DoneOffsets(start);
            var expected = Enumerable.Range(0, start).Select(static offset => (long)offset).ToHashSet();
            for (var step = 0; step < 60; step++)
            {
                var from = random.Next(0, Span);
                var to = random.Next(4) == 0 ? Math.Min(Span, from + random.Next(0, 20)) : from + 1;
                done.Add(from, to);
                for (var offset = from; offset < to; offset++)
                {
                    expected.Add(offset);
                }

                AssertSame(expected, done);
                var read = DoneOffsets.Read(done.Watermark, done.ToMetadata(isClean: step % 2 == 0), out var isClean);
                Assert.Equal(step % 2 == 0, isClean);
                AssertSame(expected, read);
            }
        }
    }

    [Fact]
    public void What_does_not_fit_into_the_metadata_runs_again_and_nothing_else()
    {
        var done = new DoneOffsets(1_000_000);
        for (var offset = 1; offset < 5_000; offset += 2)
        {
            done.Add(1_000_000 + offset);
        }

        var metadata = done.ToMetadata(isClean: true);
        Assert.InRange(metadata.Length, 1_000, DoneOffsets.MaxMetadata);
        var read = DoneOffsets.Read(done.Watermark, metadata, out _);
        Assert.InRange(read.Above, 100, done.Above - 1);
        for (var offset = done.Watermark; offset < done.Watermark + 5_000; offset++)
        {
            Assert.True(!read.IsDone(offset) || done.IsDone(offset));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("somebody else's")]
    [InlineData("2;0;1;1-2,")]
    [InlineData("1;0;x;1-2,")]
    [InlineData("1;0;1;1-2,2-1,-5-3,0-4,9223372036854775807-1,1-9223372036854775807,x,3")]
    public void Metadata_of_others_costs_nothing_but_work(string metadata)
    {
        var read = DoneOffsets.Read(10, metadata, out _);
        Assert.Equal(10, read.Watermark);
        Assert.False(read.IsDone(10));
        Assert.InRange(read.Above, 0, 1);
    }

    [Fact]
    public void Takeovers_count_while_the_watermark_stays()
    {
        var done = DoneOffsets.Read(5, "1;0;3;", out var isClean);
        Assert.Equal((3, false), (done.Takeovers, isClean));
        done.Add(7);
        Assert.Equal(3, done.Takeovers);
        done.Add(5);
        Assert.Equal((0, 6), (done.Takeovers, done.Watermark));
    }

    private static void AssertSame(HashSet<long> expected, DoneOffsets done)
    {
        for (var offset = 0; offset <= Span; offset++)
        {
            Assert.Equal(expected.Contains(offset), done.IsDone(offset));
        }

        Assert.Equal(Enumerable.Range(0, Span + 1).First(offset => !expected.Contains(offset)), done.Watermark);
        Assert.Equal(expected.Count(offset => offset > done.Watermark), done.Above);
        Assert.Equal(expected.Count(static offset => offset >= 50), done.CountFrom(50));
    }
}
