using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>
/// What a process does not recover from by itself: its memory is full and stays full when the task that wanted more is gone, or every slot is lost to a task that does not return. It would hold messages
/// and do nothing, or fail tasks that are not at fault. So it ends, and settles nothing: what it held comes again elsewhere, and whose fault it was is found by the starts of each (contract D8).
/// </summary>
internal sealed class Exhaustion(WorkerOptions options, ILogger logger)
{
    // What is alive after a collection, of what the collector may use. Measured with leaks of arrays of 4 KiB to 50 MB: 0.88 to 0.99.
    private const double Full = 0.8;

    /// <summary>A task ended for want of memory: a single array that was too large is a failure like any other; memory that is full of what somebody keeps is not.</summary>
    public void OnOutOfMemory(string task)
    {
        GC.Collect();
        if (GC.GetTotalMemory(forceFullCollection: false) > Full * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            End($"The memory of this process is full, and stays full after {task} failed for want of it.");
        }
    }

    /// <summary>Every slot of a kind was lost, and stayed so.</summary>
    public void OnSlotsLost(string kind, int count, string tasks)
        => End($"All {count} {kind} slots of this process are lost to tasks that do not return within their hard time limits: {tasks}.");

    private void End(string reason)
    {
        try
        {
            ExecutionLog.Exhausted(logger, reason);
        }
        catch (OutOfMemoryException)
        {
            // The end says it, too.
        }

        options.OnExhausted(reason);
    }
}
