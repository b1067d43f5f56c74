namespace HighPerf.Execution;

/// <summary>Where a slot is with its attempt. Kept with the attempt's number in one word, so that nobody cancels the wrong one.</summary>
internal enum SlotPhase
{
    Idle = 0,
    Running = 1,
    Cancelling = 2,
    Cancelled = 3,

    /// <summary>The hard time limit is over: the watchdog has decided the outcome, the slot waits for the task to return and then drops what it brings.</summary>
    Abandoned = 4,
}
