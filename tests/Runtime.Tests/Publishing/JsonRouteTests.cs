using System.Text;
using HighPerf.Messages;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Publishing;

/// <summary>Messages that a route says are JSON, from publisher to result.</summary>
public sealed class JsonRouteTests
{
    private FaultyTransport _broker = null!;

    [Fact]
    public async Task A_call_travels_and_is_answered_as_JSON()
    {
        await using var app = await StartAsync(static hp => hp.Route<Add>().ToQueue("sums").AsJson());
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal(7, await (await app.Publisher.SendAsync(Add.Call(3, 4))).GetResultAsync());
        Assert.Equal(["""sums {"a":1,"b":2}""", """sums {"a":3,"b":4}"""], Json());
        Assert.Contains("Add -> memory/sums as JSON", app.Log.Text(1200), StringComparison.Ordinal);

        // The others stay as they are.
        Assert.Equal("ab", await app.Publisher.CallAsync(Append.Call("a", "b")));
        Assert.Equal(2, Json().Count);
    }

    [Fact]
    public async Task Asynchronous_tasks_tasks_without_result_and_options()
    {
        await using var app = await StartAsync(static hp => hp.Route("*").AsJson());
        Assert.Equal(3, await app.Publisher.CallAsync(AddLate.Call(1, 2)));
        await app.Publisher.CallAsync(PlayQuietly.Call("quiet", 4));
        await app.Publisher.SendAsync(Play.Call("sent", 5).After(TimeSpan.FromMilliseconds(10)).WithHeader("a", "b").IgnoreResult());
        await Wait.UntilAsync(() => app.Stage.Count("sent") == 1);
        Assert.Equal(3, Json().Count);
    }

    [Fact]
    public async Task Retries_keep_the_body_and_failures_are_told()
    {
        await using var app = await StartAsync(static hp => hp.Route("*").AsJson());
        app.Stage.On("flaky", (context, n) => context.Attempt < 4 ? throw new InvalidOperationException() : n * context.Attempt);
        Assert.Equal(8, await app.Publisher.CallAsync(Play.Call("flaky", 2)));
        Assert.All(Json(), static body => Assert.Equal("""default {"act":"flaky","n":2}""", body));
        Assert.InRange(Json().Count, 2, 4);
        app.Stage.On("fail", static (_, _) => throw new PoisonException("no"));
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("fail")));
    }

    [Fact]
    public async Task Workflows_of_JSON_tasks_and_of_both()
    {
        await using var app = await StartAsync(static hp =>
        {
            hp.Route<Add>().AsJson();
            hp.Route<SumArray>().AsJson();
            hp.Route<Join>().AsJson();
        });
        Assert.Equal(10, await app.Publisher.CallAsync(Add.Call(1, 2).Then(AddLate.Step(3)).Then(Add.Step(4))));
        Assert.Equal(55, await app.Publisher.CallAsync(Chord.Of(Enumerable.Range(1, 10).Select(static n => Add.Call(n, 0)), SumArray.Step())));
        Assert.Equal(56, await app.Publisher.CallAsync(Group.Of(Enumerable.Range(1, 10).Select(static n => Add.Call(n, 0))).Then(SumArray.Step()).Then(Add.Step(1))));
        Assert.Equal("xy,zw", await app.Publisher.CallAsync(Chord.Of([Append.Call("x", "y"), Append.Call("z", "w")], Join.Step())));
        Assert.Equal(0, await app.Publisher.CallAsync(Chord.Of(Array.Empty<TaskCall<Add.Arguments, int>>(), SumArray.Step())));
        Assert.Contains("""default {"a":6,"b":4}""", Json());
        Assert.Contains("""default {"texts":["xy","zw"]}""", Json());
    }

    [Fact]
    public async Task An_event_that_is_JSON_reaches_its_subscribers_as_JSON()
    {
        await using var app = await StartAsync(static hp => hp.Route<Happened>().AsJson());
        await app.Publisher.PublishAsync(new Happened(4));
        await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        Assert.Equal(["""default [{"n":4}]""", """default [{"n":4}]""", """default {"n":4}"""], Json().Order(StringComparer.Ordinal));
        await app.Publisher.PublishAndWaitAsync(MessageId.New(1), new Page(5, "t"), CancellationToken.None);
        Assert.Equal(1, app.Stage.Count("page"));
        Assert.Equal(3, Json().Count);
    }

    [Fact]
    public async Task A_binary_event_becomes_JSON_where_the_subscribers_route_says_so()
    {
        await using var app = await StartAsync(static hp => hp.Route("*HearsFirst").AsJson());
        await app.Publisher.PublishAsync(new Happened(4));
        await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        Assert.Equal(["""default {"happened":{"n":4}}"""], Json());
    }

    [Fact]
    public async Task A_document_that_somebody_waits_for_may_be_JSON()
    {
        await using var app = await StartAsync(static hp => hp.Route<Page>().AsJson());
        await app.Publisher.PublishAndWaitAsync(MessageId.New(1), new Page(5, "t"), CancellationToken.None);
        Assert.Equal(1, app.Stage.Count("page"));
        Assert.Contains("""default [{"n":5,"text":"t"}]""", Json());
    }

    [Theory]
    [InlineData("""{"b":2,"more":[1],"a":1}""", 3)]
    [InlineData("[1,2]", 3)]
    [InlineData(""" { "a" : "1" , "b" : 2 } """, 3)]
    public async Task A_worker_reads_what_a_script_writes(string body, int sum)
    {
        await using var app = await StartAsync(static hp => hp.UseJson());
        app.Stage.On("script", static (_, n) => n);
        await SendAsync(app, "HighPerf.Tests.Declarations.Play", ContentType.Json, """{"act":"script","n":1}""");
        await SendAsync(app, "HighPerf.Tests.Declarations.Add", ContentType.Json, body);
        await Wait.UntilAsync(() => app.Stage.Count("script") == 1);
        await app.IdleAsync();
        Assert.Equal(0, (await app.LengthAsync()).Dead);
        Assert.Equal(3, sum);
    }

    [Theory]
    [InlineData("""{"act":1}""", "$.act: a string is expected, 1 is there (at byte 7)")]
    [InlineData("""{"n":1}""", "the required member 'act' is missing")]
    [InlineData("""{"act":"a" """, "(at byte 11)")]
    public async Task Bad_JSON_is_a_dead_letter_that_says_where(string body, string why)
    {
        await using var app = await StartAsync(static hp => hp.UseJson());
        await SendAsync(app, "HighPerf.Tests.Declarations.Play", ContentType.Json, body);
        var letter = await app.DeadLetterAsync();
        Assert.Equal(DeadLetterReason.Undecodable, letter.Reason);
        Assert.Contains(why, letter.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HighPerf.Tests.Declarations.Play", MessageKind.Command)]
    [InlineData("HighPerf.Tests.Declarations.Happened", MessageKind.Event)]
    public async Task An_unknown_content_type_is_a_dead_letter(string name, MessageKind kind)
    {
        await using var app = await StartAsync(static hp => hp.UseJson());
        await SendAsync(app, name, contentType: 7, "x", kind);
        var letter = await app.DeadLetterAsync();
        Assert.Equal(DeadLetterReason.Undecodable, letter.Reason);
        Assert.Contains("content type 7, which is not known here", letter.Description, StringComparison.Ordinal);
        Assert.Empty(app.Stage.All);
    }

    [Fact]
    public async Task A_process_without_JSON_says_how_to_get_it()
    {
        await using var app = await StartAsync(static _ => { });
        await SendAsync(app, "HighPerf.Tests.Declarations.Play", ContentType.Json, """{"act":"a"}""");
        var letter = await app.DeadLetterAsync();
        Assert.Contains("hp.UseJson()", letter.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_members_are_refused_where_the_options_say_so()
    {
        await using var app = await StartAsync(static hp => hp.UseJson(static json => json.UnknownMembers = UnknownMembers.Refuse));
        await SendAsync(app, "HighPerf.Tests.Declarations.Play", ContentType.Json, """{"act":"a","nn":1}""");
        Assert.Contains("'nn' is not declared", (await app.DeadLetterAsync()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_JSON_is_found_out_at_the_start()
    {
        var exception = Assert.Throws<HighPerfConfigurationException>(static () => HighPerfApplication.Create(static hp =>
        {
            hp.UseTables(new BareTable());
            hp.Route("bare").AsJson();
        }));
        Assert.Contains("bare is routed as JSON", Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_one_route_the_last_word_counts_and_the_most_specific_route_is_the_whole_route()
    {
        await using var app = await StartAsync(static hp =>
        {
            hp.Route("*").AsJson();
            hp.Route<Append>().AsJson().ToQueue("wrong").ToQueue("texts");
            hp.Route<Add>().ToQueue("sums");
        });
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal("ab", await app.Publisher.CallAsync(Append.Call("a", "b")));
        Assert.Equal(["""texts {"text":"a","more":"b"}"""], Json());
        Assert.Equal(["sums", "texts"], _broker.Published.Select(static p => p.Queue));
    }

    private Task<TestApplication> StartAsync(Action<HighPerfBuilder> configure) => TestApplication.StartAsync(configure, wrap: inner => _broker = new FaultyTransport(inner));

    /// <summary>What was published as JSON: queue and body.</summary>
    private List<string> Json()
    {
        var bodies = new List<string>();
        foreach (var published in _broker.Published)
        {
            Assert.True(Envelope.TryParse(published.Bytes, out var envelope, out _));
            if (envelope.ContentType == ContentType.Json)
            {
                bodies.Add($"{published.Queue} {Encoding.UTF8.GetString(envelope.Body)}");
            }
        }

        return bodies;
    }

    private async Task SendAsync(TestApplication app, string name, byte contentType, string body, MessageKind kind = MessageKind.Command)
    {
        var buffer = app.Broker.Rent();
        var id = MessageId.New();
        EnvelopeCodec.WritePlain(buffer, new MessageDescriptor(kind, name, 0), id, DateTime.UtcNow.Ticks, MessagePriority.Normal, default);
        buffer.MutableSpan[EnvelopeCodec.OffsetContentType] = contentType;
        buffer.Write(Encoding.UTF8.GetBytes(body));
        EnvelopeCodec.Complete(buffer);
        await _broker.Inner.PublishAsync(_broker.Inner.GetDestination("default"), new OutgoingMessage { Bytes = buffer, Id = id }, CancellationToken.None);
    }

    private sealed class BareTable : DispatchTable
    {
        private static readonly MessageDescriptor[] s_messages = [new(MessageKind.Event, "bare", 1)];

        public override string AssemblyName => "bare";

        public override ReadOnlySpan<TaskHandler> Handlers => default;

        public override ReadOnlySpan<MessageDescriptor> Messages => s_messages;

        public override ReadOnlySpan<Subscription> Subscriptions => default;

        public override int Find(ulong nameHash) => -1;
    }
}
