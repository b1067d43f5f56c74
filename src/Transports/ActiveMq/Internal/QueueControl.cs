using System.Globalization;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>What is asked about a queue and done to it as a whole: length, delayed messages, dead letters.</summary>
internal sealed class QueueControl(ActiveMqTransport transport, ControlLine control)
{
    /// <summary>As many as the broker shows to a browser at a time.</summary>
    private const int MaxBrowsed = 400;

    public async Task<QueueLength> GetLengthAsync(ActiveMqQueue queue, CancellationToken cancellationToken)
    {
        var delayed = transport.Options.CountDelayed && transport.Facts is { HasScheduler: true, HasStatistics: true } ? (await FindDelayedAsync(queue, cancellationToken).ConfigureAwait(false)).Count : -1;
        if (!transport.Facts.HasStatistics)
        {
            return new QueueLength(-1, delayed, -1, -1);
        }

        var here = queue.Intake is { } intake ? await intake.CountAsync().ConfigureAwait(false) : default;
        var reports = await ReportAsync(queue, cancellationToken).ConfigureAwait(false);
        here = queue.Intake is { } still ? await still.CountAsync().ConfigureAwait(false) : here;
        long size = 0, inFlight = 0, dead = 0;
        foreach (var report in reports)
        {
            if (report.Queue == queue.Names.PhysicalDead)
            {
                dead = report.Size;
            }
            else
            {
                size += report.Size;
                inFlight += report.InFlight;
            }
        }

        // What came ahead and nobody has begun with is ready, not out.
        var ready = size - inFlight + here.Ready;
        inFlight = Math.Max(0, inFlight - here.Ready - here.Held);
        var oldest = ready > 0 ? await FindOldestAsync(queue, cancellationToken).ConfigureAwait(false) : null;
        return new QueueLength(ready, delayed < 0 ? delayed : delayed + here.Held, inFlight, dead, oldest);
    }

    /// <summary>The broker's clock.</summary>
    public async Task<long> GetTimeAsync(CancellationToken cancellationToken)
        => (await control.AskAsync(static (_, _) => { }, cancellationToken).ConfigureAwait(false))[^1].Number("timestamp"u8);

    /// <summary>Takes delayed messages of a queue off the scheduler; returns how many.</summary>
    public async Task<int> RemoveDelayedAsync(ActiveMqQueue queue, CancellationToken cancellationToken)
    {
        var jobs = await FindDelayedAsync(queue, cancellationToken).ConfigureAwait(false);
        foreach (var piece in jobs.Chunk(100))
        {
            await control.AskAsync((writer, _) =>
            {
                foreach (var job in piece)
                {
                    WriteSchedulerCall(writer, "REMOVE"u8);
                    writer.Header(ActiveMqHeaders.ScheduledJob, job);
                    writer.End();
                }
            }, cancellationToken).ConfigureAwait(false);
        }

        return jobs.Count;
    }

    public async Task<IReadOnlyList<DeadLetter>> BrowseAsync(ActiveMqQueue queue, int max, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        await control.BrowseAsync(queue.Names.Dead, message =>
        {
            letters.Add(Read(message));
            return letters.Count < max;
        }, cancellationToken).ConfigureAwait(false);
        return letters;
    }

    public async Task<int> ReplayAsync(ActiveMqQueue queue, int max, CancellationToken cancellationToken)
    {
        var replayed = 0;
        while (replayed < max)
        {
            var there = 0;
            var most = Math.Min(MaxBrowsed, max - replayed);
            await control.BrowseAsync(queue.Names.Dead, _ => ++there < most, cancellationToken).ConfigureAwait(false);
            if (there == 0)
            {
                break;
            }

            var moved = await control.MoveAsync(queue.Names.Dead, there, (writer, letter) => WriteReplay(writer, queue, letter), cancellationToken).ConfigureAwait(false);
            replayed += moved;
            if (moved == 0)
            {
                break;
            }
        }

        return replayed;
    }

    private async Task<List<QueueReport>> ReportAsync(ActiveMqQueue queue, CancellationToken cancellationToken)
    {
        var answers = await control.AskAsync((writer, replyTo) =>
        {
            foreach (var name in (string[])[.. queue.Names.PhysicalClasses, queue.Names.PhysicalDead])
            {
                writer.Command("SEND"u8);
                writer.Header("destination"u8, "/queue/ActiveMQ.Statistics.Destination." + name);
                writer.Header("reply-to"u8, replyTo);
                writer.End();
            }
        }, cancellationToken).ConfigureAwait(false);
        return [.. answers.Select(QueueReport.TryRead).OfType<QueueReport>()];
    }

    private async Task<List<string>> FindDelayedAsync(ActiveMqQueue queue, CancellationToken cancellationToken)
    {
        var answers = await control.AskAsync(static (writer, replyTo) =>
        {
            WriteSchedulerCall(writer, "BROWSE"u8);
            writer.Header("reply-to"u8, replyTo);
            writer.End();
        }, cancellationToken).ConfigureAwait(false);
        return [.. answers
            .Where(answer => answer.Text("original-destination"u8) is { } destination && queue.Names.ClassOf(destination) >= 0)
            .Select(static answer => answer.Text(ActiveMqHeaders.ScheduledJob)).OfType<string>()];
    }

    private async Task<TimeSpan?> FindOldestAsync(ActiveMqQueue queue, CancellationToken cancellationToken)
    {
        TimeSpan? oldest = null;
        for (var priority = 0; priority < ActiveMqNames.Classes; priority++)
        {
            await control.BrowseAsync(queue.Names.Of(priority), message =>
            {
                if (queue.Intake?.IsOut(System.Text.Encoding.UTF8.GetBytes(message.Text("message-id"u8) ?? "")) == true)
                {
                    return true;
                }

                var age = transport.Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(message.Number("timestamp"u8));
                oldest = oldest is { } other && other > age ? other : age;
                return false;
            }, cancellationToken).ConfigureAwait(false);
        }

        return oldest < TimeSpan.Zero ? TimeSpan.Zero : oldest;
    }

    private static void WriteSchedulerCall(StompWriter writer, ReadOnlySpan<byte> action)
    {
        writer.Command("SEND"u8);
        writer.Raw("destination"u8, "/topic/ActiveMQ.Scheduler.Management"u8);
        writer.Raw(ActiveMqHeaders.SchedulerAction, action);
    }

    private static void WriteReplay(StompWriter writer, ActiveMqQueue queue, BrokerMessage letter)
    {
        writer.Command("SEND"u8);
        writer.Raw("destination"u8, queue.Names.Of((int)Math.Clamp(letter.Number(ActiveMqHeaders.Class, (int)MessagePriority.Normal), 0, ActiveMqNames.Classes - 1)));
        writer.Raw("persistent"u8, "true"u8);
        if (letter.Text(ActiveMqHeaders.Key) is { } key)
        {
            writer.Header(ActiveMqHeaders.Key, key);
            writer.Header(ActiveMqHeaders.Group, key);
        }
    }

    private static DeadLetter Read(BrokerMessage message)
        => new()
        {
            Bytes = message.Body,
            Reason = (DeadLetterReason)message.Number(ActiveMqHeaders.Reason),
            Description = message.Text(ActiveMqHeaders.Description) ?? string.Create(CultureInfo.InvariantCulture, $"put here by somebody else: {message.Text("message-id"u8)}"),
            DeliveryCount = (int)message.Number(ActiveMqHeaders.Count),
            At = DateTimeOffset.FromUnixTimeMilliseconds(message.Number(ActiveMqHeaders.At, message.Number("timestamp"u8))),
        };
}
