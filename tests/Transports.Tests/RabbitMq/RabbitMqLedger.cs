using System.Collections.Concurrent;
using System.Text;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>Publishes and consumes until it is told to stop, and knows what was accepted and what was seen: a message that is unknown is published again, under its id.</summary>
internal sealed class RabbitMqLedger(Transport transport, string queue)
{
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private readonly ConcurrentDictionary<string, bool> _accepted = new();
    private int _unknown;

    public int Seen => _seen.Count;

    public int Accepted => _accepted.Count;

    public int Unknown => _unknown;

    public int Repeated => _seen.Values.Count(static times => times > 1);

    public string[] Lost => [.. _accepted.Keys.Where(id => !_seen.ContainsKey(id))];

    public async Task PublishAsync(string prefix, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var text = prefix + i;
            var id = MessageId.New();
            while (true)
            {
                var buffer = transport.Rent();
                buffer.Write(Encoding.UTF8.GetBytes(text));
                var outcome = await transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = id }, CancellationToken.None);
                if (outcome.IsAccepted)
                {
                    _accepted[text] = true;
                    break;
                }

                if (outcome.Status == PublishStatus.Rejected)
                {
                    throw new Xunit.Sdk.XunitException(outcome.Reason);
                }

                Interlocked.Increment(ref _unknown);
                if (stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }

    public async Task ConsumeAsync(CancellationToken stop)
    {
        await using var consumer = await TestConsumer.OpenAsync(transport, queue, 64);
        while (!stop.IsCancellationRequested)
        {
            var burst = consumer.TryReceive(16);
            foreach (var delivery in burst)
            {
                _seen.AddOrUpdate(TestConsumer.Text(in delivery), 1, static (_, times) => times + 1);
                await delivery.Receiver.AcknowledgeAsync(delivery.Token);
            }

            if (burst.Length == 0)
            {
                await consumer.Signal.WaitAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            }
        }
    }
}
