using System.Diagnostics;
using System.Text;
using HighPerf.Messages;
using HighPerf.TestKit;

namespace HighPerf.Tests.Messages;

/// <summary>CloudEvents 1.0: what an envelope looks like as attributes, and what events of others become. The examples are written by hand from the specification's rules.</summary>
public sealed class CloudEventTests
{
    private const string Id = "0190a2b4-0000-7000-8000-000000000001";
    private static readonly MessageDescriptor s_placed = new(MessageKind.Event, "shop.order-placed", 0x1122);
    private static readonly DateTimeOffset s_now = new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_plain_event_has_the_core_attributes_and_its_kind()
    {
        var attributes = Attributes(new EnvelopeFields { Message = s_placed, Id = Parse(Id), CreatedTicks = s_now.UtcTicks, Priority = MessagePriority.Normal, IsJson = true });
        Assert.Equal(
            [
                "specversion: 1.0", "id: " + Id, "source: /shop", "type: shop.order-placed", "time: 2024-02-29T12:00:00Z", "datacontenttype: application/json",
                "hpkind: event", "hpschema: 0000000000001122",
            ],
            Lines(attributes));
    }

    [Fact]
    public void Every_field_of_a_command_comes_along_and_back()
    {
        var fields = Full();
        var attributes = Attributes(fields);
        Assert.Equal(
            [
                "specversion: 1.0", "id: " + Id, "source: /shop", "type: shop.charge", "time: 2024-02-29T12:00:00.1234567Z", "datacontenttype: application/x-memorypack",
                "partitionkey: customer 7",
                "correlationid: 0190a2b4-0000-7000-8000-000000000002", "causationid: 0190a2b4-0000-7000-8000-000000000003", "expirytime: 2024-02-29T12:01:00Z",
                "hpkind: command", "hproot: 0190a2b4-0000-7000-8000-000000000004", "hpnotbefore: 2024-02-29T12:00:30Z", "hptenant: acme", "hpattempt: 3", "hppriority: high",
                "hpreply: ffffffffffffffff-0000000000000010", "hpworkflow: 0190a2b4-0000-7000-8000-000000000005/2/7", "hpschema: 00000000000000ff",
                "region: eu", """hpheaders: {"X-Colour":"grün","id":"mine"}""",
            ],
            Lines(attributes));
        using var buffer = new Rented();
        Reader().Read(attributes, [1, 2, 3], buffer.Buffer);
        Assert.True(Envelope.TryParse(buffer.Buffer.Span, out var read, out _));
        Assert.Equal((fields.Id, fields.CorrelationId, fields.ParentId, fields.RootId), (read.Id, read.CorrelationId, read.ParentId, read.RootId));
        Assert.Equal((fields.CreatedTicks, fields.NotBeforeTicks, fields.ExpiresTicks), (read.CreatedTicks, read.NotBeforeTicks, read.ExpiresTicks));
        Assert.Equal((fields.Reply, fields.Workflow, fields.OrderingKey, fields.Tenant), (read.Reply, read.Workflow, read.OrderingKey, read.Tenant));
        Assert.Equal((fields.Attempt, fields.Priority, MessageKind.Command, 0xFFul, ContentType.Binary), (read.Attempt, read.Priority, read.Kind, read.Fingerprint, read.ContentType));
        Assert.Equal(new Dictionary<string, string>(fields.Headers!) { ["ce-source"] = "/shop" }, read.ReadHeaders());
        Assert.Equal([1, 2, 3], read.Body.ToArray());

        // And once more, unchanged.
        var again = new CloudEventAttributes();
        CloudEventWriter.Write(read, "/somebody-else", again);
        Assert.Equal(Lines(attributes), Lines(again));
    }

    [Fact]
    public void The_trace_goes_on()
    {
        using var activity = new Activity("a") { TraceStateString = "vendor=1" };
        activity.SetIdFormat(ActivityIdFormat.W3C).SetParentId("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").Start();
        var attributes = Attributes(new EnvelopeFields { Message = s_placed, Id = Parse(Id), CreatedTicks = s_now.UtcTicks, Priority = MessagePriority.Normal, Trace = activity });
        Assert.Equal($"00-0af7651916cd43dd8448eb211c80319c-{activity.SpanId}-01", attributes["traceparent"]);
        Assert.Equal("vendor=1", attributes["tracestate"]);
        using var buffer = new Rented();
        Reader().Read(attributes, default, buffer.Buffer);
        Assert.True(Envelope.TryParse(buffer.Buffer.Span, out var read, out _));
        Assert.True(read.TryGetTrace(out var trace));
        Assert.Equal((activity.TraceId, activity.SpanId, activity.ActivityTraceFlags, "vendor=1"), (trace.TraceId, trace.SpanId, trace.Flags, read.TraceState));
    }

    [Fact]
    public void An_event_of_somebody_else_is_an_event()
    {
        using var buffer = new Rented();
        var attributes = Of(("specversion", "1.0"), ("type", "com.example.someevent"), ("source", "/mycontext"), ("id", "A234-1234-1234"), ("subject", "123"), ("comexampleextension1", "value"));
        Reader().Read(attributes, """{"a":1}"""u8, buffer.Buffer);
        Assert.True(Envelope.TryParse(buffer.Buffer.Span, out var read, out _));
        Assert.Equal((MessageKind.Event, "com.example.someevent", ContentType.Json), (read.Kind, read.Name, read.ContentType));
        Assert.Equal(s_now.UtcTicks, read.CreatedTicks);
        Assert.Equal(
            new Dictionary<string, string> { ["ce-id"] = "A234-1234-1234", ["ce-source"] = "/mycontext", ["ce-subject"] = "123", ["comexampleextension1"] = "value" }, read.ReadHeaders());

        // The same event again has the same id; another source's event of that id has another.
        using var twice = new Rented();
        Reader().Read(attributes, default, twice.Buffer);
        Assert.True(Envelope.TryParse(twice.Buffer.Span, out var second, out _));
        Assert.Equal(read.Id, second.Id);
        Assert.Equal("null", Encoding.UTF8.GetString(second.Body));
        using var other = new Rented();
        Reader().Read(Of(("specversion", "1.0"), ("type", "t"), ("source", "/other"), ("id", "A234-1234-1234")), default, other.Buffer);
        Assert.True(Envelope.TryParse(other.Buffer.Span, out var third, out _));
        Assert.NotEqual(read.Id, third.Id);

        var again = new CloudEventAttributes();
        CloudEventWriter.Write(read, "/shop", again);
        Assert.Equal(("A234-1234-1234", "/mycontext", "123", "value"), (again["id"], again["source"], again["subject"], again["comexampleextension1"]));
    }

    [Fact]
    public void A_script_calls_a_task_with_four_attributes()
    {
        using var buffer = new Rented();
        var charge = new MessageDescriptor(MessageKind.Command, "shop.charge", 0xFF);
        new CloudEventReader(name => name == "shop.charge" ? charge : null, new ManualTimeProvider(s_now))
            .Read(Of(("specversion", "1.0"), ("type", "shop.charge"), ("source", "script"), ("id", "1")), """{"amount":5}"""u8, buffer.Buffer);
        Assert.True(Envelope.TryParse(buffer.Buffer.Span, out var read, out _));
        Assert.Equal((MessageKind.Command, 0xFFul, ContentType.Json), (read.Kind, read.Fingerprint, read.ContentType));
    }

    [Theory]
    [InlineData("""
        {"specversion":"1.0","type":"com.example.someevent","source":"/mycontext","id":"C234-1234-1234","time":"2018-04-05T17:31:00Z","comexampleextension1":"value",
        "comexampleothervalue":5,"comexampleflag":true,"comexamplenull":null,"datacontenttype":"application/json","data":{"appinfoA" : "abc","appinfoB":123}}
        """, """{"appinfoA" : "abc","appinfoB":123}""", ContentType.Json)]
    [InlineData("""{"data":[1,{"data":2}],"specversion":"1.0","type":"t","source":"s","id":"1"}""", """[1,{"data":2}]""", ContentType.Json)]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","data":"text"}""", "\"text\"", ContentType.Json)]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","data":null}""", "null", ContentType.Json)]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1"}""", "null", ContentType.Json)]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","datacontenttype":"application/vnd.x+json; charset=UTF-8","data_base64":"eyJhIjoxfQ=="}""", """{"a":1}""", ContentType.Json)]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","datacontenttype":"application/x-memorypack","data_base64":"AQID"}""", "\u0001\u0002\u0003", ContentType.Binary)]
    public void Structured_mode(string json, string body, byte contentType)
    {
        using var buffer = new Rented();
        Reader().ReadStructured(Encoding.UTF8.GetBytes(json), buffer.Buffer);
        Assert.True(Envelope.TryParse(buffer.Buffer.Span, out var read, out _));
        Assert.Equal((body, contentType), (Encoding.UTF8.GetString(read.Body), read.ContentType));
        if (json.Contains("othervalue", StringComparison.Ordinal))
        {
            Assert.Equal(new DateTimeOffset(2018, 4, 5, 17, 31, 0, TimeSpan.Zero).UtcTicks, read.CreatedTicks);
            Assert.Equal(("5", "true"), (read.ReadHeaders()!["comexampleothervalue"], read.ReadHeaders()!["comexampleflag"]));
            Assert.False(read.ReadHeaders()!.ContainsKey("comexamplenull"));
        }
    }

    [Theory]
    [InlineData("""{"type":"t","source":"s","id":"1"}""", "'specversion' is missing")]
    [InlineData("""{"specversion":"0.3","type":"t","source":"s","id":"1"}""", "CloudEvents 0.3 is not read")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"1"}""", "'type' is missing")]
    [InlineData("""{"specversion":"1.0","type":"t","id":"1"}""", "'source' is missing")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":""}""", "'id' is missing")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","id":"2"}""", "'id' is there twice")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","data":1,"data_base64":"AQ=="}""", "its data once")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","data_base64":"*"}""", "base64 is expected")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","ext":{}}""", "a string is expected")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","Ext":"x"}""", "small letters and digits")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","time":"yesterday"}""", "no RFC 3339")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","time":"2018-04-05T17:31:00"}""", "no RFC 3339")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","datacontenttype":"text/xml","data":"<a/>"}""", "'text/xml' is not known here")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","datacontenttype":"application/x-memorypack","data":"x"}""", "data_base64")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","datacontenttype":"application/json; charset=latin1","data":1}""", "'latin1' is not read")]
    [InlineData("""{"specversion":"1.0","type":"shop.order-placed","source":"s","id":"1","hpkind":"command"}""", "declared here as Event")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","hpkind":"query"}""", "'hpkind' cannot be 'query'")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","hpattempt":"-1"}""", "'hpattempt' cannot be")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","hpreply":"1-2"}""", "'hpreply' cannot be")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","hpworkflow":"1/2/3"}""", "'hpworkflow' cannot be")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","id":"1","data":1""", "$.data: ")]
    [InlineData("""[{"specversion":"1.0","type":"t","source":"s","id":"1"}]""", "an object is expected")]
    public void What_is_no_event_is_refused(string json, string why)
    {
        using var buffer = new Rented();
        var refused = Assert.Throws<MessageFormatException>(() => Reader().ReadStructured(Encoding.UTF8.GetBytes(json), buffer.Buffer));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold()
    {
        using var buffer = new Rented();
        var reader = new CloudEventReader(static _ => null, TimeProvider.System, maxBodyBytes: 10);
        (string, string)[] core = [("specversion", "1.0"), ("type", "t"), ("source", "s"), ("id", "1")];
        Assert.Contains("10 are allowed", Assert.Throws<MessageFormatException>(() => reader.Read(Of(core), new byte[11], buffer.Buffer)).Message, StringComparison.Ordinal);
        Assert.Throws<MessageFormatException>(() => reader.Read(Of([.. core, .. Enumerable.Range(0, 70).Select(static i => ($"x{i}", "v"))]), default, buffer.Buffer));
        Assert.Throws<MessageFormatException>(() => reader.Read(Of([.. core, ("big", new string('x', 70_000))]), default, buffer.Buffer));
        Assert.Throws<MessageFormatException>(() => reader.Read(Of(("specversion", "1.0"), ("type", new string('t', 257)), ("source", "s"), ("id", "1")), default, buffer.Buffer));
        Assert.Throws<MessageFormatException>(static () => Of([.. Enumerable.Range(0, 200).Select(static i => ($"x{i}", "v"))]));
    }

    [Theory]
    [InlineData(null, CloudEventMode.Binary)]
    [InlineData("application/json", CloudEventMode.Binary)]
    [InlineData("application/cloudevents+json", CloudEventMode.Structured)]
    [InlineData("Application/CloudEvents+JSON; charset=utf-8", CloudEventMode.Structured)]
    internal void The_native_content_type_says_the_mode(string? contentType, CloudEventMode mode) => Assert.Equal(mode, CloudEventMedia.ModeOf(contentType));

    [Fact]
    public void Batches_and_other_formats_are_refused()
    {
        Assert.Contains("one by one", Assert.Throws<MessageFormatException>(static () => CloudEventMedia.ModeOf("application/cloudevents-batch+json")).Message, StringComparison.Ordinal);
        Assert.Contains("application/cloudevents+avro", Assert.Throws<MessageFormatException>(static () => CloudEventMedia.ModeOf("application/cloudevents+avro")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain/text:1", "plain/text:1")]
    [InlineData("Euro € 😀", "Euro%20%E2%82%AC%20%F0%9F%98%80")]
    [InlineData("a\"b%c", "a%22b%25c")]
    public void Headers_in_ASCII_are_percent_encoded(string value, string encoded)
    {
        Assert.Equal(encoded, CloudEventText.Encode(value));
        Assert.Equal(value, CloudEventText.Decode(encoded));
        Assert.Equal("a\"b", CloudEventText.Decode("\"a\\\"b\""));
        Assert.Equal("100%", CloudEventText.Decode("100%"));
        Assert.Throws<MessageFormatException>(static () => CloudEventText.Decode("%C3%28"));
    }

    private static EnvelopeFields Full() => new()
    {
        Message = new MessageDescriptor(MessageKind.Command, "shop.charge", 0xFF),
        Id = Parse(Id),
        CreatedTicks = s_now.UtcTicks + 1234567,
        Attempt = 3,
        Priority = MessagePriority.High,
        CorrelationId = Parse("0190a2b4-0000-7000-8000-000000000002"),
        ParentId = Parse("0190a2b4-0000-7000-8000-000000000003"),
        RootId = Parse("0190a2b4-0000-7000-8000-000000000004"),
        NotBeforeTicks = s_now.AddSeconds(30).UtcTicks,
        ExpiresTicks = s_now.AddMinutes(1).UtcTicks,
        Reply = new ReplyAddress(-1, 16),
        Workflow = new WorkflowReference(Parse("0190a2b4-0000-7000-8000-000000000005"), 2, 7),
        OrderingKey = "customer 7",
        Tenant = "acme",
        Headers = new Dictionary<string, string> { ["region"] = "eu", ["X-Colour"] = "grün", ["id"] = "mine" },
    };

    private static CloudEventReader Reader() => new(static name => name == "shop.order-placed" ? s_placed : null, new ManualTimeProvider(s_now));

    private static CloudEventAttributes Attributes(in EnvelopeFields fields)
    {
        using var buffer = new Rented();
        EnvelopeCodec.Write(buffer.Buffer, fields);
        EnvelopeCodec.Complete(buffer.Buffer);
        Assert.True(Envelope.TryParse(buffer.Buffer.Span, out var envelope, out _));
        var attributes = new CloudEventAttributes();
        CloudEventWriter.Write(envelope, "/shop", attributes);
        return attributes;
    }

    private static CloudEventAttributes Of(params (string Name, string Value)[] items)
    {
        var attributes = new CloudEventAttributes();
        foreach (var (name, value) in items)
        {
            attributes.Add(name, value);
        }

        return attributes;
    }

    private static IEnumerable<string> Lines(CloudEventAttributes attributes) => attributes.Items.Select(static item => $"{item.Key}: {item.Value}");

    private static MessageId Parse(string text) => MessageId.TryParse(text, out var id) ? id : throw new FormatException(text);

    private sealed class Rented : IDisposable
    {
        public PooledBuffer Buffer { get; } = BufferPool.Shared.Rent();

        public void Dispose() => Buffer.Return();
    }
}
