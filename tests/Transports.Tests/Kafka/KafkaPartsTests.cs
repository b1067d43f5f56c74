using HighPerf.Transports.Kafka;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaPartsTests
{
    [Theory]
    [InlineData("kafka://host", "host:9092", false, null)]
    [InlineData("kafka://a:1,b:2/", "a:1,b:2", false, null)]
    [InlineData("kafka+ssl://us%40er:p%3Aw@host:9093", "host:9093", true, "us@er")]
    [InlineData("kafka://[::1]:9?manage.topics=false&ssl.ca.location=%2Fetc%2Fca", "[::1]:9", false, null)]
    public void An_address_is_read(string text, string servers, bool isTls, string? user)
    {
        var address = KafkaAddress.Parse(text);
        Assert.Equal((servers, isTls, user), (address.Servers, address.IsTls, address.User));
        Assert.DoesNotContain("p:w", address.ToString());
        Assert.DoesNotContain("etc", address.ToString());
        Assert.Equal(text.Contains('?') ? 2 : 0, address.Settings.Count);
    }

    [Theory]
    [InlineData("http://user:secret@host")]
    [InlineData("kafka://secret@host")]
    [InlineData("kafka://user:secret@")]
    [InlineData("kafka://user:secret@host:0")]
    [InlineData("kafka://host?secret")]
    [InlineData("kafka://host?=secret")]
    public void A_wrong_address_is_refused_without_repeating_it(string text)
        => Assert.DoesNotContain("secret", Assert.Throws<ArgumentException>(() => KafkaAddress.Parse(text)).Message);

    [Theory]
    [InlineData("kafka://host?acks=1", "acks")]
    [InlineData("kafka://host?enable.auto.commit=true", "enable.auto.commit")]
    [InlineData("kafka://host?manage.topics=perhaps", "manage.topics")]
    public void What_the_contract_stands_on_cannot_be_set(string text, string name)
        => Assert.Contains(name, Assert.Throws<ArgumentException>(() => new KafkaTransport("k", text)).Message);

    [Fact]
    public async Task A_setting_that_the_library_does_not_know_is_named()
    {
        var options = new KafkaTransportOptions();
        options.Properties["ssl.key.password"] = "secret";
        options.Properties["no.such.thing"] = "1";
        await using var transport = new KafkaTransport("k", "kafka://127.0.0.1:1", options);
        var refusal = await Assert.ThrowsAsync<HighPerfException>(() => transport.StartAsync(default).AsTask());
        Assert.Contains("no.such.thing", refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
    }

    [Fact]
    public void Names_are_legal_and_apart()
    {
        string[] queues = ["a", "a_high", "a__high", "a.high", "a-high", "a high", "a_20high", "ä", "A", "a_dead", "a_delay", "a_low", "_"];
        var topics = queues.SelectMany(static queue => new KafkaNames("hp.", queue) is var names ? (string[])[.. names.Topics, names.Dead] : []).ToArray();
        Assert.Equal(topics.Length, topics.Distinct().Count());
        Assert.All(topics, static topic => Assert.Matches("^[a-zA-Z0-9._-]{1,249}$", topic));
        Assert.Contains("249", Assert.Throws<ArgumentException>(() => new KafkaNames("hp.", new string('x', 245))).Message);
        Assert.Single(new KafkaNames("hp.", "replies-0123456789abcdef").Topics);
    }

    [Fact]
    public void Whatever_the_delay_it_ends_when_it_is_due_and_after_few_moves()
    {
        var random = new Random(5);
        foreach (var levels in (int[])[1, 4, Waits.Levels])
        {
            for (var round = 0; round < 1_000; round++)
            {
                var due = (long)(Math.Pow(10, random.NextDouble() * 5) * TimeSpan.TicksPerSecond / 100);
                var (now, moves) = (0L, 0);
                while (now < due)
                {
                    var level = Waits.LevelFor(TimeSpan.FromTicks(due - now), levels);
                    now = Waits.Until(now, level, due);
                    moves++;
                }

                Assert.Equal(due, now);
                Assert.InRange(moves, 1, levels == 1 ? 4_500 : levels == 4 ? 100 : 25);
            }
        }
    }
}
