using System.Globalization;
using System.Text;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// How often each queue was purged, in a stream that keeps the last number of each. It is part of the ids by which the server knows what it has: what was purged can be published
/// again within the window. Other processes hear of a purge as it happens.
/// </summary>
internal sealed class PurgeEpochs(NatsTransport transport) : NatsSubscription(Encoding.ASCII.GetBytes($"{transport.Options.Prefix}.epoch.*"))
{
    private volatile bool _isDeclared;

    public async ValueTask ReadAsync(NatsQueue queue)
    {
        if (!_isDeclared)
        {
            await transport.Api.DeclareAsync(new StreamConfig
            {
                Name = QueueNames.MetaStream(transport.Options.Prefix),
                Subjects = [$"{transport.Options.Prefix}.epoch.*"],
                Discard = "old",
                MaxMsgsPerSubject = 1,
                NumReplicas = transport.Options.Replicas,
                DuplicateWindow = TimeSpan.FromMinutes(2).Ticks * 100,
            }).ConfigureAwait(false);
            _isDeclared = true;
        }

        if (await transport.Api.FindLastAsync(QueueNames.MetaStream(transport.Options.Prefix), queue.Names.EpochSubject).ConfigureAwait(false) is { Data: { } data })
        {
            Learn(queue, data);
        }
    }

    public async ValueTask AdvanceAsync(NatsQueue queue)
    {
        var next = Encoding.ASCII.GetBytes((queue.PurgeEpoch + 1).ToString(CultureInfo.InvariantCulture));
        if (await transport.Api.PublishAsync(queue.Names.EpochSubject, next, null).ConfigureAwait(false) is { } error)
        {
            throw new HighPerfException($"NATS refused to count the purge of {queue}: {error}");
        }

        Learn(queue, next);
    }

    public override void OnMessage(in NatsFrame message)
    {
        var subject = Encoding.ASCII.GetString(message.Subject);
        if (transport.FindQueue(queue => queue.Names.EpochSubject == subject) is { } queue)
        {
            Learn(queue, Encoding.ASCII.GetBytes(message.PayloadText));
        }
    }

    private static void Learn(NatsQueue queue, byte[] data)
    {
        if (int.TryParse(data, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) && epoch > queue.PurgeEpoch)
        {
            queue.PurgeEpoch = epoch;
        }
    }
}
