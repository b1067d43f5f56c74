using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;

namespace HighPerf.Tests.Diagnostics;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Spans_of_publishing_and_processing_are_one_trace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Telemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        root.TraceStateString = "vendor=1";
        root.Start();
        MessageId child = default;
        await using (var app = await TestApplication.StartAsync())
        {
            app.Stage.On("parent", async (context, n) => await context.Publisher.CallAsync(Play.Call("child", n)));
            app.Stage.On("child", (context, n) =>
            {
                child = context.Id;
                return n;
            });
            app.Stage.On("fail", (_, _) => throw new PoisonException("red"));
            Assert.Equal(3, await app.Publisher.CallAsync(Play.Call("parent", 3)));
            await app.Publisher.PublishAsync(new Happened(1));
            await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("fail")));
            Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 1).Then(Add.Step(1))));
            await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        }

        var trace = spans.Where(span => span.TraceId == root.TraceId).ToList();
        var process = trace.Single(span => (string?)span.GetTagItem("messaging.message.id") == child.ToString() && span.Kind == ActivityKind.Consumer);
        var send = trace.Single(span => span.SpanId == process.ParentSpanId);
        Assert.Equal("process default", process.OperationName);
        Assert.Equal("send default", send.OperationName);
        Assert.Equal(ActivityKind.Producer, send.Kind);
        var parentProcess = trace.Single(span => span.SpanId == send.ParentSpanId);
        Assert.Equal(ActivityKind.Consumer, parentProcess.Kind);
        var firstSend = trace.Single(span => span.SpanId == parentProcess.ParentSpanId);
        Assert.Equal(root.SpanId, firstSend.ParentSpanId);
        Assert.Equal("vendor=1", process.TraceStateString);
        Assert.Equal("highperf", process.GetTagItem("messaging.system"));
        Assert.EndsWith("Play", (string)process.GetTagItem("highperf.task.name")!, StringComparison.Ordinal);
        Assert.Equal(1, process.GetTagItem("highperf.task.attempt"));

        // The event: send → receive → send → process, twice.
        var receive = trace.Single(static span => span.OperationName == "receive default");
        Assert.Equal(2, trace.Count(span => span.ParentSpanId == receive.SpanId));
        Assert.Contains(trace, static span => span.Status == ActivityStatusCode.Error && span.StatusDescription == "red");
        Assert.All(trace, span => Assert.True(span.ParentSpanId == root.SpanId || trace.Any(other => other.SpanId == span.ParentSpanId), span.OperationName));
    }

    [Fact]
    public async Task Metrics_count_what_happened()
    {
        // Other tests measure at the same time: what is counted here has a queue or a task of its own, or is at least as much.
        var measured = new ConcurrentQueue<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Text(tags))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Text(tags))));
        listener.Start();
        await using (var app = await TestApplication.StartAsync(static hp => hp.DefaultQueue = "metered"))
        {
            app.Stage.On("flaky", static (context, n) => context.Attempt < 3 ? throw new InvalidOperationException() : n);
            app.Stage.On("poison", static (_, _) => throw new PoisonException("no"));
            await app.Publisher.CallAsync(PlayDeclared.Call("one"));
            await app.Publisher.CallAsync(Play.Call("flaky"));
            await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("poison")));
            await app.IdleAsync("metered");
        }

        Assert.Equal(3, Sum("messaging.client.sent.messages", "metered"));
        Assert.Equal(3, Sum("messaging.client.consumed.messages", "metered"));
        Assert.Contains(measured, static m => m is { Name: "highperf.task.active", Value: 1 });
        Assert.Contains(measured, static m => m is { Name: "highperf.task.active", Value: -1 });
        Assert.True(Sum("highperf.task.retries", "Play") >= 2);
        Assert.True(Sum("highperf.dead_letters", "Poisonous") >= 1);
        Assert.Contains(measured, static m => m.Name == "highperf.task.duration" && m.Tags.Contains("success", StringComparison.Ordinal) && m.Value >= 0);
        Assert.Contains(measured, static m => m.Name == "highperf.task.duration" && m.Tags.Contains("failure", StringComparison.Ordinal));

        double Sum(string name, string tag) => measured.Where(m => m.Name == name && m.Tags.Contains(tag, StringComparison.Ordinal)).Sum(static m => m.Value);
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Empty;
        foreach (var (key, value) in tags)
        {
            text += $"{key}={value};";
        }

        return text;
    }
}
