using System.Buffers.Binary;
using System.Collections.Concurrent;
using HighPerf.Connections;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>Publishers and a consumer that go on whatever happens, and a ledger of what was promised and what came.</summary>
internal sealed class RedisLoad(Transport transport, string queue) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, byte> _accepted = new();
    private readonly ConcurrentDictionary<long, int> _done = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _tasks = [];
    private TestConsumer? _consumer;
    private long _next;
    private bool _ended;
    private long _unknown;

    public int Accepted => _accepted.Count;

    public int Done => _done.Count;

    public long Unknown => Volatile.Read(ref _unknown);

    public int Duplicates => _done.Values.Sum(times => times - 1);

    /// <summary>Accepted and not done.</summary>
    public int Missing => _accepted.Keys.Count(id => !_done.ContainsKey(id));

    public static RespClient Client(RedisHost host)
    {
        var options = new ConnectionOptions { Hosts = [new HostAddress(host.Host, host.Port)] };
        var client = new RespClient("test", options, new RespLogin(null, null, 0, "test") { RequireMaster = false }, NullLogger.Instance, TimeProvider.System);
        client.Connection.Start();
        return client;
    }

    public async Task StartAsync(int publishers, TimeSpan lease)
    {
        _consumer = await TestConsumer.OpenAsync(transport, queue, 64, lease);
        _tasks.Add(Task.Run(ConsumeAsync));
        _tasks.AddRange(Enumerable.Range(0, publishers).Select(_ => Task.Run(PublishAsync)));
    }

    /// <summary>Ends publishing and waits until what was accepted is done.</summary>
    public async Task DrainAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_tasks.Skip(1)).WaitAsync(TimeSpan.FromSeconds(60));
        try
        {
            await Wait.UntilAsync(() => Missing == 0);
        }
        catch (Xunit.Sdk.XunitException)
        {
            throw new Xunit.Sdk.XunitException($"{Missing} of {Accepted} are missing; the queue has {await transport.GetLengthAsync(queue, default)}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _ended, true);
        await _stopping.CancelAsync();
        foreach (var task in _tasks)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_consumer is not null)
        {
            await _consumer.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task PublishAsync()
    {
        var destination = transport.GetDestination(queue);
        while (!_stopping.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _next);
            var id = MessageId.New();
            var outcome = new PublishOutcome(PublishStatus.Unknown);

            // Unknown is published again under the same id, as the contract says (D1).
            while (outcome.Status == PublishStatus.Unknown)
            {
                var buffer = transport.Rent();
                BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), number);
                buffer.Advance(8);
                buffer.Write("and some more bytes for the body"u8);
                outcome = await transport.PublishAsync(destination, new OutgoingMessage { Bytes = buffer, Id = id, Priority = MessagePriority.Normal }, default);
                if (outcome.Status == PublishStatus.Unknown)
                {
                    Interlocked.Increment(ref _unknown);
                }
            }

            if (outcome.IsAccepted)
            {
                _accepted.TryAdd(number, 0);
            }
        }
    }

    private async Task ConsumeAsync()
    {
        var burst = new Delivery[32];
        var settlements = new List<Task<bool>>();
        while (!Volatile.Read(ref _ended))
        {
            var count = _consumer!.Receiver.TryReceive(burst);
            for (var i = 0; i < count; i++)
            {
                var number = BinaryPrimitives.ReadInt64LittleEndian(burst[i].Bytes.FirstSpan);
                _done.AddOrUpdate(number, 1, (_, times) => times + 1);
                settlements.Add(_consumer.Receiver.AcknowledgeAsync(burst[i].Token).AsTask());
            }

            if (count == 0)
            {
                await _consumer.Signal.WaitAsync(TimeSpan.FromSeconds(1));
            }

            settlements.RemoveAll(task => task.IsCompleted);
        }
    }
}
