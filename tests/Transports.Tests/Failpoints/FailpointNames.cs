using HighPerf.Diagnostics;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>The failpoints that a sweep goes through.</summary>
internal static class FailpointNames
{
    /// <summary>
    /// Those that a message passes which nobody waits for. <see cref="Failpoint.AfterReply"/> has a test of its own; <see cref="Failpoint.AfterOutbox"/> is left out, because a
    /// workflow's state is in the memory of the process that started it.
    /// </summary>
    public static readonly string[] Ordered = [.. Failpoint.Names.Except([Failpoint.AfterOutbox, Failpoint.AfterReply])];
}
