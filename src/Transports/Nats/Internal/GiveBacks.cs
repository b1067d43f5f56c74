using System.Globalization;
using System.Text;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// Says to the other processes that receive from a queue which deliveries do not count, because nobody began them: the server counts them all, and a message that was only passed
/// around must not look like one that kills its workers (contract D8). Said before the release, on the same connection. Who does not hear it counts one too many.
/// </summary>
internal sealed class GiveBacks(NatsTransport transport) : NatsSubscription(Encoding.ASCII.GetBytes($"{transport.Options.Prefix}.giveback.*"))
{
    public static void Tell(NatsClient client, NatsQueue queue, long sequence, int uncounted)
        => client.TryPublish(Encoding.ASCII.GetBytes(queue.Names.GiveBackSubject), default, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sequence} {uncounted}")));

    public override void OnMessage(in NatsFrame message)
    {
        var subject = Encoding.ASCII.GetString(message.Subject);
        if (transport.FindQueue(queue => queue.Names.GiveBackSubject == subject) is { } queue
            && transport.ReceiversOf(queue).Count > 0
            && message.PayloadText.Split(' ') is [var sequence, var uncounted]
            && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(uncounted, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            queue.Released.Learn(number, count);
        }
    }
}
