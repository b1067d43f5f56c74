using HighPerf.Diagnostics;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>The failpoints that a sweep goes through.</summary>
internal static class FailpointNames
{
    /// <summary>
    /// Those that a message passes which nobody waits for. <see cref="Failpoint.AfterReply"/> has a test of its own, and so has
    /// <see cref="Failpoint.AfterOutbox"/>, in which processes share a workflow's state (<see cref="WorkflowCrashTests{TFixture}"/>).
    /// </summary>
    public static readonly string[] Ordered = [.. Failpoint.Names.Except([Failpoint.AfterOutbox, Failpoint.AfterReply])];
}
