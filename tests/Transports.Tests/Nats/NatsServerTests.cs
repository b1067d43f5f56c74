using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HighPerf.Connections;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.Nats;

/// <summary>What depends on how the server is configured, and what several transports and options make of one server.</summary>
public sealed class NatsServerTests : IAsyncLifetime
{
    private const string Queue = "orders.eu";

    private readonly List<IAsyncDisposable> _owned = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }
    }

    [Theory]
    [InlineData("joe:s3cret@", "--user", "joe", "--pass", "s3cret")]
    [InlineData("t0ken@", "--auth", "t0ken")]
    public async Task A_login_is_used_and_a_wrong_one_is_a_refusal_that_does_not_repeat_it(string login, params string[] arguments)
    {
        var host = await HostAsync(arguments);
        var transport = await StartAsync($"nats://{login}127.0.0.1:{host.Port}");
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
        Assert.DoesNotContain(login, transport.Description, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(() => StartAsync($"nats://joe:wr0ng@127.0.0.1:{host.Port}"));
        Assert.DoesNotContain("wr0ng", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_and_no_JetStream_are_errors_that_say_so()
    {
        var options = new NatsTransportOptions { StartTimeout = TimeSpan.FromMilliseconds(300) };
        var refusal = await Assert.ThrowsAsync<HighPerfException>(() => StartAsync("nats://joe:s3cret@127.0.0.1:1", options));
        Assert.Contains("nats://127.0.0.1:1", refusal.Message, StringComparison.Ordinal);
        var wrong = Assert.Throws<ArgumentException>(() => new NatsTransport("nats", "nats://joe:s3cret@ho st"));
        Assert.DoesNotContain("s3cret", wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_servers_one_that_answers_is_taken()
    {
        var host = await HostAsync("-n", "own");
        var transport = await StartAsync($"nats://127.0.0.1:1,127.0.0.1:{host.Port}");
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
    }

    [Fact]
    public async Task A_server_in_lame_duck_mode_is_left()
    {
        var (left, right) = (await HostAsync("-n", "own"), await HostAsync("-n", "own"));
        var transport = await StartAsync($"nats://127.0.0.1:{left.Port},127.0.0.1:{right.Port}");
        using (var signal = Process.Start("kill", ["-USR2", left.ProcessId.ToString(CultureInfo.InvariantCulture)]))
        {
            await signal.WaitForExitAsync();
        }

        await Wait.UntilAsync(() => transport.Client.Connection is { Epoch: 2, IsConnected: true });
        left.Kill();
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
        Assert.Equal(2, transport.Client.Connection.Epoch);
    }

    [Fact]
    public async Task TLS_begins_behind_the_greeting_and_the_certificate_is_verified()
    {
        var directory = Directory.CreateTempSubdirectory("highperf-nats-tls");
        _owned.Add(new Removed(directory));
        using var root = Certificate(directory.FullName);
        var host = await HostAsync("--tls", "--tlscert", Path.Combine(directory.FullName, "cert.pem"), "--tlskey", Path.Combine(directory.FullName, "key.pem"));
        var options = new NatsTransportOptions();
        options.Tls.TrustedRoots = [root];
        var transport = await StartAsync($"tls://127.0.0.1:{host.Port}", options);
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
        await Assert.ThrowsAsync<HighPerfException>(() => StartAsync($"tls://127.0.0.1:{host.Port}", new NatsTransportOptions { StartTimeout = TimeSpan.FromSeconds(1) }));
        await Assert.ThrowsAsync<ConnectionRefusedException>(() => StartAsync($"nats://127.0.0.1:{host.Port}", new NatsTransportOptions { StartTimeout = TimeSpan.FromSeconds(1) }));
    }

    [Fact]
    public async Task What_is_there_and_different_is_refused_and_not_changed()
    {
        var host = await HostAsync("-n", "own");
        var first = await StartAsync(host.Address);
        Assert.True((await PublishAsync(first, "a")).IsAccepted);
        var other = await StartAsync(host.Address, new NatsTransportOptions { OrderingShards = 4, DeduplicationWindow = TimeSpan.FromMinutes(1) });
        var outcome = await PublishAsync(other, "b");
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("16 shards", outcome.Reason, StringComparison.Ordinal);
        Assert.Contains("duplicate_window", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await first.GetLengthAsync(Queue, default)).Ready);
        await using var consumer = await TestConsumer.OpenAsync(first, Queue, lease: TimeSpan.FromSeconds(5));
        var refusal = await Assert.ThrowsAnyAsync<HighPerfException>(() => TestConsumer.OpenAsync(first, Queue, lease: TimeSpan.FromSeconds(6)));
        Assert.Contains("ack_wait", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_id_is_added_once_and_again_after_a_purge_also_by_another_process()
    {
        var host = await HostAsync("-n", "own");
        var (left, right) = (await StartAsync(host.Address), await StartAsync(host.Address));
        var id = MessageId.New();
        Assert.True((await PublishAsync(left, "a", id)).IsAccepted);
        Assert.True((await PublishAsync(right, "a", id)).IsAccepted);
        Assert.Equal(1, (await left.GetLengthAsync(Queue, default)).Ready);
        Assert.Equal(1, await left.PurgeAsync(Queue, includeDelayed: false, default));
        var queue = right.FindQueue(_ => true)!;
        await Wait.UntilAsync(() => queue.PurgeEpoch == 1);
        Assert.True((await PublishAsync(right, "a", id)).IsAccepted);
        Assert.Equal(1, (await left.GetLengthAsync(Queue, default)).Ready);
    }

    [Fact]
    public async Task What_another_process_gave_back_without_beginning_it_does_not_count()
    {
        var host = await HostAsync("-n", "own");
        var (left, right) = (await StartAsync(host.Address), await StartAsync(host.Address));
        await PublishAsync(left, "a");
        await using var staying = await TestConsumer.OpenAsync(right, Queue);
        for (var i = 0; i < 3; i++)
        {
            await using var leaving = await TestConsumer.OpenAsync(left, Queue);
            Assert.Equal(1, (await leaving.ReceiveAsync()).DeliveryCount);
        }

        var delivery = await staying.ReceiveAsync();
        Assert.Equal(1, delivery.DeliveryCount);
        Assert.True(await staying.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task What_is_larger_than_the_server_takes_is_rejected_here()
    {
        var directory = Directory.CreateTempSubdirectory("highperf-nats-config");
        _owned.Add(new Removed(directory));
        var config = Path.Combine(directory.FullName, "nats.conf");
        await File.WriteAllTextAsync(config, "max_payload: 64KB");
        var host = await HostAsync("-c", config);
        var transport = await StartAsync(host.Address);
        var max = (int)transport.Capabilities.MaxMessageBytes;
        Assert.InRange(max, 60_000, 65_535);
        Assert.True((await PublishAsync(transport, new string('x', max))).IsAccepted);
        Assert.Equal(PublishStatus.Rejected, (await PublishAsync(transport, new string('x', 70_000))).Status);
        Assert.Equal(1, transport.Client.Connection.Epoch);
    }

    [Fact]
    public async Task Follow_ups_pass_a_full_queue_until_the_servers_own_bound_and_then_wait()
    {
        var host = await HostAsync("-n", "own");
        var transport = await StartAsync(host.Address, new NatsTransportOptions { Capacity = 1, MaxAckPending = 1 });
        Assert.True((await PublishAsync(transport, "m0")).IsAccepted);
        var waits = PublishAsync(transport, "waits").AsTask();
        for (var i = 1; i < 5; i++)
        {
            Assert.True((await PublishAsync(transport, "m" + i, isFollowUp: true)).IsAccepted);
        }

        var sixth = PublishAsync(transport, "m5", isFollowUp: true).AsTask();
        await Task.Delay(300);
        Assert.False(sixth.IsCompleted || waits.IsCompleted);
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue);
        for (var i = 0; i < 7; i++)
        {
            var delivery = await consumer.ReceiveAsync();
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        Assert.True((await sixth).IsAccepted && (await waits).IsAccepted);
    }

    [Fact]
    public async Task A_full_stream_of_dead_letters_drops_nothing()
    {
        var host = await HostAsync("-n", "own");
        var transport = await StartAsync(host.Address, new NatsTransportOptions { MaxDeadLetters = 1, DeadLetterRetryDelay = TimeSpan.FromMilliseconds(300) });
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue);
        await PublishAsync(transport, "a");
        await PublishAsync(transport, "b");
        foreach (var delivery in await consumer.ReceiveAsync(2))
        {
            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "x\r\ny ü"));
        }

        var again = await consumer.ReceiveAsync();
        Assert.Equal("b", TestConsumer.Text(in again));
        Assert.Equal("x\r\ny ü", Assert.Single(await transport.BrowseDeadLettersAsync(Queue, 9, default)).Description);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
    }

    [Fact]
    public async Task A_long_delay_waits_outside_of_the_consumer_and_is_moved_in_its_minute()
    {
        var host = await HostAsync("-n", "own");
        var transport = await StartAsync(host.Address);
        var lease = TimeSpan.FromSeconds(2);
        await using (var consumer = await TestConsumer.OpenAsync(transport, Queue, lease: lease))
        {
            await PublishAsync(transport, "retry");
            var delivery = await consumer.ReceiveAsync();
            Assert.True(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.FromMinutes(10)));
            await PublishAsync(transport, "later", delay: TimeSpan.FromHours(30));
            var length = await transport.GetLengthAsync(Queue, default);
            Assert.Equal((0, 2, 0), (length.Ready, length.Delayed, length.InFlight));
        }

        // Another process, ten minutes later.
        var ahead = new NatsTransport("nats", host.Address, clock: new Ahead(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(2)));
        _owned.Add(ahead);
        await ahead.StartAsync(default);
        await using var other = await TestConsumer.OpenAsync(ahead, Queue, lease: lease);
        var moved = await other.ReceiveAsync();
        Assert.Equal("retry", TestConsumer.Text(in moved));
        Assert.Equal(2, moved.DeliveryCount);
        Assert.True(await other.Receiver.AcknowledgeAsync(moved.Token));
        Assert.Equal(new QueueLength(0, 1, 0, 0), await ahead.GetLengthAsync(Queue, default));
    }

    [Fact]
    public async Task Reply_queues_of_processes_that_are_gone_are_removed_and_those_in_use_stay()
    {
        const string Gone = "replies-00000000000000a1";
        const string Used = "replies-00000000000000a2";
        const string New = "replies-00000000000000a3";
        var host = await HostAsync("-n", "replies");
        var transport = await StartAsync(host.Address);
        await using var used = await TestConsumer.OpenAsync(transport, Used);
        Assert.Empty(used.TryReceive(1));
        Assert.True((await PublishAsync(transport, "late", queue: Gone)).IsAccepted);
        Assert.Equal(1, await transport.PurgeAsync(Gone, includeDelayed: true, default));

        var ahead = new NatsTransport("nats", host.Address, clock: new Ahead(ReplyQueue.UnusedLifetime + TimeSpan.FromSeconds(5)));
        _owned.Add(ahead);
        await ahead.StartAsync(default);
        await using (await TestConsumer.OpenAsync(ahead, New))
        {
            var names = await transport.Api.GetStreamNamesAsync();
            Assert.Contains("hp-" + Used, names);
            Assert.Contains("hp-" + New, names);
            Assert.DoesNotContain(names, static name => name.StartsWith("hp-" + Gone, StringComparison.Ordinal));
        }

        // Whoever stops takes its own along.
        Assert.DoesNotContain(await transport.Api.GetStreamNamesAsync(), static name => name.StartsWith("hp-" + New, StringComparison.Ordinal));
    }

    private async Task<NatsHost> HostAsync(params string[] arguments)
    {
        var host = new NatsHost(arguments);
        _owned.Add(host);
        await host.StartAsync();
        return host;
    }

    private async Task<NatsTransport> StartAsync(string address, NatsTransportOptions? options = null)
    {
        var transport = new NatsTransport("nats", address, options);
        _owned.Add(transport);
        await transport.StartAsync(default);
        return transport;
    }

    private static ValueTask<PublishOutcome> PublishAsync(NatsTransport transport, string text, MessageId? id = null, TimeSpan delay = default, bool isFollowUp = false, string queue = Queue)
    {
        var buffer = transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var message = new OutgoingMessage
        {
            Bytes = buffer,
            Id = id ?? MessageId.New(),
            IsFollowUp = isFollowUp,
            Priority = MessagePriority.Normal,
            NotBeforeTicks = delay == TimeSpan.Zero ? 0 : DateTime.UtcNow.Ticks + delay.Ticks,
        };
        return transport.PublishAsync(transport.GetDestination(queue), in message, default);
    }

    private static X509Certificate2 Certificate(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private sealed class Ahead(TimeSpan time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + time;
    }

    private sealed class Removed(DirectoryInfo directory) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            directory.Delete(recursive: true);
            return default;
        }
    }
}
