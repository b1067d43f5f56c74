using HighPerf.Benchmarks.Codecs;
using HighPerf.Benchmarks.Protobuf;
using HighPerf.Benchmarks.Tasks;
using HighPerf.Transports;

namespace HighPerf.Benchmarks;

/// <summary>All operations, in the order of a message's way.</summary>
public static class Operations
{
    /// <summary>Messages to bytes and back: generated code beside the hand-written floor, System.Text.Json and Protocol Buffers.</summary>
    public static IReadOnlyList<Operation> Codec() =>
    [
        .. Codec<FloorCodec, SystemTextJsonCodec, SmallCommand, ProtoSmall>("small", Shapes.Small, ProtoShapes.Small, 100_000),
        .. Codec<FloorCodec, SystemTextJsonCodec, MediumEvent, ProtoMedium>("medium", Shapes.Medium, ProtoShapes.Medium, 40_000),
        .. Codec<FloorCodec, SystemTextJsonCodec, LargeBatch, ProtoLarge>("large", Shapes.Large, ProtoShapes.Large, 1_000),
    ];

    /// <summary>The steps of a message's way, each alone and on one thread, then all of them on one thread.</summary>
    public static IReadOnlyList<Operation> Steps() =>
    [
        new Step("clock", new OneThread(), OneThread.Clock),
        new Step("timestamp", new OneThread(), OneThread.Timestamp),
        new Step("message-id", new OneThread(), OneThread.Id),
        new Step("deadline-token", new OneThread(), OneThread.Deadline),
        new Step("route", new OneThread(), OneThread.Route),
        new Step("subscribers", new OneThread(), OneThread.Subscribers),
        new Step("rent-return", new OneThread(), OneThread.Rent),
        new Step("envelope-write", new OneThread(), OneThread.Envelope),
        new Step("arguments-write", new OneThread(), OneThread.Body),
        new Step("transport-publish-fetch-settle", new OneThread(), OneThread.TransportOnly),
        new Step("publish-fetch-settle", new OneThread(), OneThread.FetchAndSettle),
        new Step("envelope-parse", new OneThread(), OneThread.Parse),
        new Step("dispatch-find", new OneThread(), OneThread.Find),
        new Step("dispatch-invoke", new OneThread(), OneThread.Dispatch),
        new Step("publish-execute-settle-one-thread", new OneThread(), OneThread.WholeWay),
    ];

    /// <summary>A message's whole way, and the channel.</summary>
    public static IReadOnlyList<Operation> EndToEnd() =>
    [
        new ChannelHop(),
        new ChannelHop("channel-plain", plain: true),
        new PublishExecuteSettle("publish-execute-settle"),
        new PublishExecuteSettle("publish-execute-settle-1-slot", concurrency: 1),
        new PublishExecuteSettle("publish-execute-settle-64k-queue", capacity: 65_536),
        new CallWithResult("call-pipelined-64", callers: 64),
        new CallWithResult("call-pipelined-8", callers: 8),
        new CallWithResult("call-sequential", callers: 1),
        new ChannelRoundTrip(),
    ];

    /// <summary>The receive side both ways, with the same number of slots.</summary>
    public static IReadOnlyList<Operation> PushAndPull() =>
    [
        new ChannelHop(),
        new PublishExecuteSettle("pull-1-slot", concurrency: 1),
        new PushPump("push-1-slot", slots: 1),
        new PublishExecuteSettle("pull-2-slots", concurrency: 2),
        new PushPump("push-2-slots", slots: 2),
        new PublishExecuteSettle("pull-32-slots", concurrency: 32),
        new PushPump("push-32-slots", slots: 32),
    ];

    /// <summary>The journal and the embedded transport beside a loop that appends and flushes.</summary>
    public static IReadOnlyList<Operation> Journal() =>
    [
        new RawAppend("raw-append-flush", flush: true, 64),
        new JournalAppend("journal-1", writers: 1, flush: true, 64),
        new JournalAppend("journal-8", writers: 8, flush: true, 512),
        new JournalAppend("journal-64", writers: 64, flush: true, 2048),
        new JournalAppend("journal-512", writers: 512, flush: true, 8192),
        new EmbeddedHop("embedded-1", publishers: 1, DurabilityLevel.Host, 64),
        new EmbeddedHop("embedded-64", publishers: 64, DurabilityLevel.Host, 2048),
        new EmbeddedHop("embedded-512", publishers: 512, DurabilityLevel.Host, 8192),
    ];

    /// <summary>The same without asking the disk. Not in one run with it: a flush pays for what others have left unwritten.</summary>
    public static IReadOnlyList<Operation> JournalProcess() =>
    [
        new RawAppend("raw-append-process", flush: false, 4096),
        new JournalAppend("journal-1-process", writers: 1, flush: false, 4096),
        new JournalAppend("journal-64-process", writers: 64, flush: false, 16384),
        new EmbeddedHop("embedded-64-process", publishers: 64, DurabilityLevel.Process, 16384),
    ];

    /// <summary>What a codec operation is compared with: the floor of the same shape and direction.</summary>
    public static string FloorOf(string name) => $"{string.Join('-', name.Split('-').Take(2))}-floor";

    /// <summary>Those that have a budget in allocations.json: what is ours. Not the default queue of 65,536 messages: it may hold more buffers than the pool keeps, see bench/README.md.</summary>
    public static IReadOnlyList<Operation> Budgeted() => 
    [
        .. Codec().Where(static operation => !operation.Name.EndsWith("-json", StringComparison.Ordinal) && !operation.Name.EndsWith("-protobuf", StringComparison.Ordinal)),
        .. Steps(),
        .. EndToEnd().Where(static operation => operation.Name != "publish-execute-settle-64k-queue"),
    ];

    private static IEnumerable<Operation> Codec<TFloor, TJson, TShape, TProto>(string shape, TShape value, TProto proto, int batch)
        where TFloor : IShapeCodec<TShape>
        where TJson : IShapeCodec<TShape>
        where TShape : IMessage<TShape>
        where TProto : class, Google.Protobuf.IMessage<TProto>, new()
    {
        yield return new WriteLoop<TFloor, TShape>($"serialize-{shape}-floor", value, batch);
        yield return new WriteLoop<GeneratedCodec<TShape>, TShape>($"serialize-{shape}", value, batch);
        yield return new WriteLoop<TJson, TShape>($"serialize-{shape}-json", value, batch);
        yield return new WriteLoop<ProtobufCodec<TProto>, TProto>($"serialize-{shape}-protobuf", proto, batch);
        yield return new ReadLoop<TFloor, TShape>($"deserialize-{shape}-floor", value, batch);
        yield return new ReadLoop<GeneratedCodec<TShape>, TShape>($"deserialize-{shape}", value, batch);
        yield return new ViewLoop($"deserialize-{shape}-view", MessageSerializer.Serialize(value), ViewLoop.Of<TShape>(), batch);
        yield return new ReadLoop<TJson, TShape>($"deserialize-{shape}-json", value, batch);
        yield return new ReadLoop<ProtobufCodec<TProto>, TProto>($"deserialize-{shape}-protobuf", proto, batch);
    }
}
