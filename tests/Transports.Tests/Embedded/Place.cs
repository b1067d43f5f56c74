using System.Text;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>A directory with an embedded transport in it, which ends and starts again.</summary>
internal sealed class Place : IAsyncDisposable
{
    public const string Queue = "work";

    private readonly string _root = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
    private int _images;

    private Place() => Path = System.IO.Path.Combine(_root, "queues");

    public string Path { get; private set; }

    public ManualTimeProvider Clock { get; } = new();

    public TrackingBufferPool Buffers { get; } = new();

    public EmbeddedTransport Transport { get; private set; } = null!;

    public Action<EmbeddedTransportOptions> Configure { get; set; } = static _ => { };

    public static async Task<Place> CreateAsync(Action<EmbeddedTransportOptions>? configure = null)
    {
        var place = new Place();
        place.Configure = configure ?? place.Configure;
        await place.StartAsync();
        return place;
    }

    public async Task StartAsync()
    {
        var options = new EmbeddedTransportOptions { Path = Path, SegmentBytes = 64 * 1024 };
        Configure(options);
        Transport = new EmbeddedTransport("embedded", options, null, Clock, Buffers.Pool);
        await Transport.StartAsync(CancellationToken.None);
    }

    /// <summary>Ends well and starts again.</summary>
    public async Task RestartAsync()
    {
        await Transport.DisposeAsync();
        Buffers.AssertAllReturned();
        await StartAsync();
    }

    /// <summary>Starts on what a process that is killed now leaves: the files as they are, whatever is out.</summary>
    public async Task CrashAsync()
    {
        var image = System.IO.Path.Combine(_root, "image" + _images++);
        Directory.CreateDirectory(image);
        foreach (var file in Directory.GetFiles(Path))
        {
            if (System.IO.Path.GetFileName(file) == "lock")
            {
                continue;
            }

            // Copied by a program: this one's own files are locked against itself.
            using var copy = System.Diagnostics.Process.Start("cp", [file, image]);
            await copy.WaitForExitAsync();
        }

        await Transport.DisposeAsync();
        Path = image;
        await StartAsync();
    }

    public async ValueTask<PublishOutcome> TryPublishAsync(string text, MessagePriority priority = MessagePriority.Normal, TimeSpan delay = default, TimeSpan lifetime = default, string? key = null, string queue = Queue)
    {
        var now = Clock.GetUtcNow().UtcTicks;
        var buffer = Transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var message = new OutgoingMessage
        {
            Bytes = buffer,
            Id = MessageId.New(Clock),
            Priority = priority,
            NotBeforeTicks = delay == TimeSpan.Zero ? 0 : now + delay.Ticks,
            ExpiresTicks = lifetime == TimeSpan.Zero ? 0 : now + lifetime.Ticks,
            OrderingKey = key,
        };
        return await Transport.PublishAsync(Transport.GetDestination(queue), in message, CancellationToken.None);
    }

    public async Task PublishAsync(string text, MessagePriority priority = MessagePriority.Normal, TimeSpan delay = default, TimeSpan lifetime = default, string? key = null, string queue = Queue)
    {
        var outcome = await TryPublishAsync(text, priority, delay, lifetime, key, queue);
        Assert.True(outcome.IsAccepted, outcome.Reason);
    }

    public Task<TestConsumer> OpenAsync(int prefetch = 64, string queue = Queue) => TestConsumer.OpenAsync(Transport, queue, prefetch);

    public ValueTask<QueueLength> LengthAsync() => Transport.GetLengthAsync(Queue, CancellationToken.None);

    public ValueTask<IReadOnlyList<DeadLetter>> DeadAsync() => Transport.BrowseDeadLettersAsync(Queue, 100, CancellationToken.None);

    public static string[] Texts(Delivery[] deliveries) => Array.ConvertAll(deliveries, static delivery => TestConsumer.Text(in delivery));

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        Buffers.AssertAllReturned();
        Directory.Delete(_root, recursive: true);
    }
}
