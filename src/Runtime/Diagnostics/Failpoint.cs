using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace HighPerf.Diagnostics;

/// <summary>
/// Named points in our own code at which a process dies, hangs, throws or waits on demand, so that tests can ask of each: what is lost, doubled or stuck if it happens here?
/// Off unless the environment variable <see cref="Variable"/> is set when the process starts: <c>before-ack:3:kill,after-result:1:delay=200</c> does the one the third time
/// that the point is passed, and the other the first time. For tests; a process that runs with it says so when it starts.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Failpoint
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "HIGHPERF_FAILPOINTS";

    /// <summary>A delivery was taken up; nothing was looked at.</summary>
    public const string AfterReceive = "after-receive";

    /// <summary>The attempt has begun; user code is next.</summary>
    public const string BeforeRun = "before-run";

    /// <summary>User code succeeded; nothing of it is stored.</summary>
    public const string AfterRun = "after-run";

    /// <summary>The result is in its sinks; what follows is not published.</summary>
    public const string AfterResult = "after-result";

    /// <summary>What follows in the workflow is published.</summary>
    public const string AfterOutbox = "after-outbox";

    /// <summary>The result is in the reply queue of the process that waits for it; the command is not acknowledged.</summary>
    public const string AfterReply = "after-reply";

    /// <summary>An event's commands are published; the event is not acknowledged.</summary>
    public const string AfterForward = "after-forward";

    /// <summary>Everything is done but the acknowledgement.</summary>
    public const string BeforeAck = "before-ack";

    /// <summary>The message is acknowledged.</summary>
    public const string AfterAck = "after-ack";

    /// <summary>The copy for the next attempt is published; this attempt's message is not acknowledged.</summary>
    public const string AfterRetryCopy = "after-retry-copy";

    /// <summary>The copy in the parking queue is published; the message is not acknowledged.</summary>
    public const string AfterParkCopy = "after-park-copy";

    /// <summary>It is decided that the message is a dead letter; it is not moved.</summary>
    public const string BeforeDeadLetter = "before-dead-letter";

    private static readonly string[] s_names =
        [AfterReceive, BeforeRun, AfterRun, AfterResult, AfterOutbox, AfterReply, AfterForward, BeforeAck, AfterAck, AfterRetryCopy, AfterParkCopy, BeforeDeadLetter];

    private static readonly (Dictionary<string, Plan>? Plans, string? Error) s_read = Read(Environment.GetEnvironmentVariable(Variable));
    private static readonly Dictionary<string, Plan>? s_plans = s_read.Plans;

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>What is wrong with the variable; null if nothing is.</summary>
    public static string? Error => s_read.Error;

    /// <summary>What is set; null if nothing is.</summary>
    public static string? Description => s_plans is null ? null : string.Join(", ", s_plans.Select(static plan => $"{plan.Key} ({plan.Value.What}, time {plan.Value.Nth})"));

    /// <summary>Passes a point. Costs a look at a field that never changes.</summary>
    /// <exception cref="FailpointException">The point is set to throw.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass(string name)
    {
        if (s_plans is not null)
        {
            Act(name);
        }
    }

    /// <summary>Reads the variable's text.</summary>
    internal static (Dictionary<string, Plan>? Plans, string? Error) Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return default;
        }

        var plans = new Dictionary<string, Plan>(StringComparer.Ordinal);
        foreach (var one in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = one.Split(':');
            if (parts.Length != 3 || !s_names.Contains(parts[0]) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var nth) || nth < 1 || !TryReadAction(parts[2], out var action, out var delay))
            {
                return (null, $"{Variable}: '{one}' is no failpoint. Write name:nth:kill, hang, throw or delay=milliseconds; names: {string.Join(", ", s_names)}.");
            }

            plans[parts[0]] = new Plan(parts[2], action, nth, delay);
        }

        return (plans, null);
    }

    private static bool TryReadAction(string text, out FailpointAction action, out int delay)
    {
        delay = 0;
        (action, var known) = text switch
        {
            "kill" => (FailpointAction.Kill, true),
            "hang" => (FailpointAction.Hang, true),
            "throw" => (FailpointAction.Throw, true),
            _ => (FailpointAction.Delay, text.StartsWith("delay=", StringComparison.Ordinal) && int.TryParse(text.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out delay)),
        };
        return known;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Act(string name)
    {
        if (!s_plans!.TryGetValue(name, out var plan) || !plan.IsDue())
        {
            return;
        }

        switch (plan.Action)
        {
            case FailpointAction.Kill:
                // SIGKILL: no finally block, no handler, nothing is flushed.
                System.Diagnostics.Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite);
                break;
            case FailpointAction.Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            case FailpointAction.Throw:
                throw new FailpointException(name);
            default:
                Thread.Sleep(plan.Delay);
                break;
        }
    }

    /// <summary>What happens at a point.</summary>
    internal sealed class Plan(string what, FailpointAction action, int nth, int delay)
    {
        private int _passed;

        public string What => what;

        public FailpointAction Action => action;

        public int Nth => nth;

        public int Delay => delay;

        public bool IsDue() => Interlocked.Increment(ref _passed) == nth;
    }
}
