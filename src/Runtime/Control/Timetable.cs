using HighPerf.Publishing;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Control;

/// <summary>
/// What is due when: messages that a transport cannot hold until their instant, and the controller's recurring jobs. One heap, one timer, armed to the earliest.
/// Never early by the clock.
/// </summary>
internal sealed class Timetable : DelayStore
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Entry, long> _entries = new();
    private long _armedFor = long.MaxValue;
    private bool _stopped;

    public Timetable(TimeProvider clock, ILogger logger)
    {
        _clock = clock;
        _logger = logger;
        _timer = clock.CreateTimer(static state => ((Timetable)state!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Messages that wait.</summary>
    public int HeldMessages
    {
        get
        {
            lock (_gate)
            {
                return _entries.UnorderedItems.Count(static item => item.Element.Destination is not null);
            }
        }
    }

    public override ValueTask<PublishOutcome> HoldAsync(Destination destination, in OutgoingMessage message)
    {
        lock (_gate)
        {
            if (!_stopped)
            {
                Add(new Entry(message, destination, Job: null, default), message.NotBeforeTicks);
                return new ValueTask<PublishOutcome>(PublishOutcome.Accepted);
            }
        }

        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, "The controller has stopped: nobody would publish the message when it is due."));
    }

    /// <summary>Runs a short job again and again.</summary>
    public void Every(TimeSpan interval, Action job)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            Add(new Entry(default, Destination: null, job, interval), (_clock.GetUtcNow() + interval).UtcTicks);
        }
    }

    public void Stop()
    {
        var dropped = 0;
        lock (_gate)
        {
            _stopped = true;
            while (_entries.TryDequeue(out var entry, out _))
            {
                if (entry.Destination is not null)
                {
                    entry.Message.Bytes.Return();
                    dropped++;
                }
            }
        }

        _timer.Dispose();
        if (dropped > 0)
        {
            ControlLog.TimetableDropped(_logger, dropped);
        }
    }

    private void Add(in Entry entry, long dueTicks)
    {
        _entries.Enqueue(entry, dueTicks);
        if (dueTicks < _armedFor)
        {
            Arm(dueTicks);
        }
    }

    private void Arm(long dueTicks)
    {
        _armedFor = dueTicks;
        var wait = TimeSpan.FromTicks(Math.Max(0, dueTicks - _clock.GetUtcNow().UtcTicks));

        // Timers count whole milliseconds and may fire a little before one is over; a timer takes at most 49 days.
        wait = wait > TimeSpan.FromDays(40) ? TimeSpan.FromDays(40) : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void RunDue()
    {
        while (true)
        {
            Entry entry;
            lock (_gate)
            {
                if (_stopped || !_entries.TryPeek(out entry, out var due))
                {
                    _armedFor = long.MaxValue;
                    return;
                }

                if (due > _clock.GetUtcNow().UtcTicks)
                {
                    Arm(due);
                    return;
                }

                _entries.Dequeue();
            }

            if (entry.Destination is { } destination)
            {
                _ = PublishAsync(destination, entry.Message);
            }
            else
            {
                try
                {
                    entry.Job!();
                }
                catch (Exception exception)
                {
                    // On a timer's thread: what is thrown from here ends the process.
                    ControlLog.JobFailed(_logger, entry.Interval, exception);
                }

                Every(entry.Interval, entry.Job!);
            }
        }
    }

    private async Task PublishAsync(Destination destination, OutgoingMessage message)
    {
        // A transport takes the buffer over whatever the outcome; for another try there must be a copy.
        var copy = destination.Transport.Rent();
        copy.Write(message.Bytes.Span);
        PublishOutcome outcome;
        try
        {
            outcome = await destination.Transport.PublishAsync(destination, message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            outcome = new PublishOutcome(PublishStatus.Unknown, exception.Message);
        }

        if (outcome.IsAccepted)
        {
            copy.Return();
            return;
        }

        ControlLog.DuePublishFailed(_logger, destination.ToString(), outcome.Reason ?? outcome.Status.ToString(), RetryDelay);
        var again = new OutgoingMessage
        {
            Bytes = copy,
            Id = message.Id,
            Priority = message.Priority,
            NotBeforeTicks = (_clock.GetUtcNow() + RetryDelay).UtcTicks,
            ExpiresTicks = message.ExpiresTicks,
            OrderingKey = message.OrderingKey,
        };
        await HoldAsync(destination, again).ConfigureAwait(false);
    }

    private readonly record struct Entry(OutgoingMessage Message, Destination? Destination, Action? Job, TimeSpan Interval);
}
