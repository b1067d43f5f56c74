using System.Buffers;
using System.Text;
using HighPerf.Transports.Nats;
using HighPerf.Transports.Nats.JetStream;

namespace HighPerf.Transports.Tests.Nats.Protocol;

/// <summary>What is written into headers and read out of subjects and answers.</summary>
public sealed class NatsPartsTests
{
    [Theory]
    [InlineData("$JS.ACK.s.c.3.42.7.1795658973830333722.9", 3, 42, 9)]
    [InlineData("$JS.ACK.hub.ACC.s.c.3.42.7.1795658973830333722.9", 3, 42, 9)]
    [InlineData("$JS.ACK.hub.ACC.s.c.3.42.7.1795658973830333722.9.rnd", 3, 42, 9)]
    public void A_settlements_subject_says_what_the_delivery_is(string subject, int delivered, long sequence, long pending)
    {
        Assert.True(AckSubject.TryParse(Encoding.ASCII.GetBytes(subject), out var ack));
        Assert.Equal((delivered, sequence, pending), (ack.Delivered, ack.Sequence, ack.Pending));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$JS.ACK.s.c.1.2.3.4")]
    [InlineData("$JS.ACK.s.c.x.2.3.4.5")]
    [InlineData("_INBOX.s.c.1.2.3.4.5.6")]
    public void Other_subjects_are_none(string subject) => Assert.False(AckSubject.TryParse(Encoding.ASCII.GetBytes(subject), out _));

    [Fact]
    public void Headers_come_back_and_have_one_length()
    {
        var headers = new MessageHeaders { Expires = long.MaxValue, Due = 1, Before = 70_000, Lane = 18, Id = MessageId.New() };
        var block = new byte[MessageHeaders.MaxBytes];
        var length = MessageHeaders.End(block, headers.Write(block, 7, "hp-q"u8));
        Assert.Equal(MessageHeaders.Length(4), length);
        Assert.EndsWith("\r\n\r\n", Encoding.ASCII.GetString(block, 0, length), StringComparison.Ordinal);
        var read = MessageHeaders.Read(new ReadOnlySequence<byte>(block, 0, length));
        Assert.Equal((headers.Expires, headers.Due, 0xFFFF, headers.Lane, headers.Id), (read.Expires, read.Due, read.Before, read.Lane, read.Id));
        var foreign = MessageHeaders.Read(new ReadOnlySequence<byte>("NATS/1.0\r\nOther: 1\r\n\r\n"u8.ToArray()));
        Assert.Equal((-1, 0L), (foreign.Lane, foreign.Expires));
        Assert.Equal(-1, MessageHeaders.Read(default).Lane);
    }

    [Theory]
    [InlineData("{\"stream\":\"T\", \"seq\":1}", true, 0)]
    [InlineData("{\"stream\":\"T\",\"seq\":7,\"duplicate\":true}", true, 0)]
    [InlineData("{\"error\":{\"code\":503,\"err_code\":10077,\"description\":\"maximum messages exceeded\"},\"stream\":\"T\",\"seq\":0}", false, 10077)]
    [InlineData("{\"stream\":\"T\",\"seq\":0}", false, 0)]
    [InlineData("{}", false, 0)]
    [InlineData("+OK", false, 0)]
    [InlineData("", false, 0)]
    public void A_PubAck_is_one_only_with_a_sequence(string text, bool isAccepted, int code)
    {
        Assert.Equal(isAccepted, PublishAnswer.IsAccepted(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text)), out var error, out var description));
        Assert.Equal(code, error);
        Assert.Equal(isAccepted, description is null);
    }

    [Fact]
    public void Names_are_different_for_different_queues_and_subjects_words()
    {
        string[] queues = ["orders", "orders.parked", "orders=2Eparked", "a b", "a_b", "*", ">", new('x', 300), new string('x', 300) + "y"];
        var names = Array.ConvertAll(queues, queue => new QueueNames("hp", queue, 16));
        Assert.Equal(queues.Length, names.Select(name => name.Stream).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.DoesNotMatch("[ *>./\\\\]", name.Stream));
        Assert.All(names, name => Assert.InRange(name.Stream.Length, 1, 200));
        Assert.Equal(names[0].LaneOf("a"), names[1].LaneOf("a"));
        Assert.NotEqual(names[0].LaneOf("a"), names[0].LaneOf("b"));
    }
}
