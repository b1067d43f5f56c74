using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>
/// A delivery on its way through the worker, and the task it is for; null where it is no command of a known task. It waits in a queue of its lane, then it is with a
/// slot, then the lane uses it again: what moves is a reference.
/// </summary>
internal sealed class WorkItem
{
    public Delivery Delivery;
    public TaskRegistration? Registration;

    /// <summary>The next one in the queue, or among the spare ones. Guarded by the lane's lock.</summary>
    public WorkItem? Next;
}
