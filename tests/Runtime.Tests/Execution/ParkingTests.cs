using System.Buffers;
using System.Buffers.Binary;
using HighPerf.Messages;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Execution;

/// <summary>What another version wrote and this one cannot read is put aside, byte for byte (contract D22).</summary>
public sealed class ParkingTests
{
    [Fact]
    public async Task A_command_of_another_version_is_parked_and_the_log_says_why()
    {
        await using var app = await TestApplication.StartAsync();
        var bytes = Command(fingerprint: (2UL << 56) | 1);
        await PublishAsync(app, "default", bytes);
        await Wait.UntilAsync(async () => (await app.LengthAsync("default.parked")).Ready == 1);
        await app.IdleAsync();
        var entry = Assert.Single(app.Log.Entries, static e => e.Id == 1018);
        Assert.Contains("'HighPerf.Tests.Declarations.Add' is of version 2 and version 1 is known here", entry.Text, StringComparison.Ordinal);
        Assert.Contains("default.parked", entry.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await app.LengthAsync()).Dead);
        Assert.Equal(bytes, await TakeAsync(app, "default.parked"));
    }

    [Fact]
    public async Task An_envelope_of_a_later_major_version_is_parked()
    {
        await using var app = await TestApplication.StartAsync();
        var bytes = Command(fingerprint: 0);
        bytes[0] = EnvelopeCodec.Major + 1;
        await PublishAsync(app, "default", bytes);
        await Wait.UntilAsync(async () => (await app.LengthAsync("default.parked")).Ready == 1);
        Assert.Equal(bytes, await TakeAsync(app, "default.parked"));
    }

    [Fact]
    public async Task A_task_that_only_another_process_knows_is_parked_and_done_there()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.UseTables());
        var call = app.Publisher.CallAsync(Add.Call(1, 2)).AsTask();
        await Wait.UntilAsync(async () => (await app.LengthAsync("default.parked")).Ready == 1);
        await app.IdleAsync();
        var entry = Assert.Single(app.Log.Entries, static e => e.Id == 1018);
        Assert.Contains("No task of this process is called HighPerf.Tests.Declarations.Add", entry.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await app.LengthAsync()).Dead);
        Assert.False(call.IsCompleted);

        // A process that knows it: the same bytes, the same id.
        var bytes = await TakeAsync(app, "default.parked");
        await using var other = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Queues = ["default", "default.parked"]));
        await PublishAsync(other, "default.parked", bytes);
        await Wait.UntilAsync(() => other.Log.Entries.Any(static e => e.Id == 1000 && e.Text.Contains("Declarations.Add", StringComparison.Ordinal)));
        await other.IdleAsync("default.parked");
        Assert.Equal(0, (await other.LengthAsync("default.parked")).Dead);
    }

    [Fact]
    public async Task What_is_parked_stays_there_while_nobody_reads_it()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Queues = ["default", "default.parked"]));
        await PublishAsync(app, "default", Command(fingerprint: (7UL << 56) | 1));
        await Wait.UntilAsync(() => app.Log.Has(1019));
        var length = await app.LengthAsync("default.parked");
        Assert.Equal((1, 0), (length.Ready + length.Delayed + length.InFlight, length.Dead));
        Assert.Equal(0, (await app.LengthAsync("default.parked.parked")).Ready);
    }

    [Fact]
    public async Task A_publisher_that_does_not_know_the_fingerprint_is_read()
    {
        await using var app = await TestApplication.StartAsync();
        await PublishAsync(app, "default", Command(fingerprint: 0));
        await app.IdleAsync();
        Assert.Equal(0, (await app.LengthAsync()).Dead);
        Assert.Equal(0, (await app.LengthAsync("default.parked")).Ready);
    }

    /// <summary>A call of Add(1, 2) under a fingerprint.</summary>
    private static byte[] Command(ulong fingerprint)
    {
        var buffer = BufferPool.Shared.Rent();
        try
        {
            EnvelopeCodec.WritePlain(buffer, MessageDescriptor.Of<Add>(), MessageId.New(), DateTime.UtcNow.Ticks, MessagePriority.Normal, default);
            buffer.Write([2, 1, 0, 0, 0, 2, 0, 0, 0]);
            EnvelopeCodec.Complete(buffer);
            var bytes = buffer.Span.ToArray();
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(EnvelopeCodec.OffsetFingerprint), fingerprint);
            return bytes;
        }
        finally
        {
            buffer.Return();
        }
    }

    private static async Task PublishAsync(TestApplication app, string queue, byte[] bytes)
    {
        var buffer = app.Broker.Rent();
        buffer.Write(bytes);
        var outcome = await app.Broker.PublishAsync(app.Broker.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None);
        Assert.True(outcome.IsAccepted);
    }

    private static async Task<byte[]> TakeAsync(TestApplication app, string queue)
    {
        await using var receiver = await app.Broker.OpenReceiverAsync(queue, new ReceiverOptions { Prefetch = 1 }, new CountingSignal(), CancellationToken.None);
        var burst = new Delivery[1];
        Assert.Equal(1, receiver.TryReceive(burst));
        var bytes = burst[0].Bytes.ToArray();
        await receiver.AcknowledgeAsync(burst[0].Token);
        return bytes;
    }
}
