using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>What of the broker's configuration can be found out over STOMP, by trying.</summary>
/// <param name="HasScheduler">It holds delayed messages. Without it one that is to be delayed would be delivered at once.</param>
/// <param name="HasStatistics">Its statistics plugin answers, in a form that STOMP can carry.</param>
internal sealed record BrokerFacts(bool HasScheduler, bool HasStatistics)
{
    /// <summary>Before the start: nothing is refused yet.</summary>
    public static BrokerFacts Unknown { get; } = new(true, true);

    public static async Task<BrokerFacts> AskAsync(ControlLine control, ActiveMqTransportOptions options, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var answers = await control.AskAsync((writer, replyTo) =>
        {
            // Where nobody holds it, it comes before the marker, and not as a scheduler's job.
            writer.Command("SEND"u8);
            writer.Header("destination"u8, replyTo);
            writer.Header(ActiveMqHeaders.Delay, 1);
            writer.Header(ActiveMqHeaders.Id, "delay");
            writer.End();
            if (options.UseStatistics)
            {
                writer.Command("SEND"u8);
                writer.Raw("destination"u8, "/queue/ActiveMQ.Statistics.Broker"u8);
                writer.Header("reply-to"u8, replyTo);
                writer.Header("expires"u8, now + 1000);
                writer.End();
            }
        }, cancellationToken).ConfigureAwait(false);
        return new BrokerFacts(
            !answers.Exists(static answer => answer.Text(ActiveMqHeaders.Id) is not null && answer.Text(ActiveMqHeaders.ScheduledJob) is null),
            answers.Exists(static answer => answer.Body.Length > 0));
    }
}
