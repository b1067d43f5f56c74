using System.Text;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>Publishing text, for tests that are not of a suite.</summary>
internal static class Publish
{
    public static ValueTask<PublishOutcome> TextAsync(Transport transport, string queue, string text, TimeSpan delay = default)
    {
        var buffer = transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var message = new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), Priority = MessagePriority.Normal, NotBeforeTicks = delay == default ? 0 : DateTime.UtcNow.Ticks + delay.Ticks };
        return transport.PublishAsync(transport.GetDestination(queue), in message, default);
    }
}
