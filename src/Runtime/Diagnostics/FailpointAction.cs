namespace HighPerf.Diagnostics;

/// <summary>What happens at a failpoint.</summary>
internal enum FailpointAction
{
    /// <summary>The process ends as by SIGKILL.</summary>
    Kill = 0,

    /// <summary>The thread goes no further.</summary>
    Hang = 1,

    /// <summary>A <see cref="FailpointException"/> is thrown.</summary>
    Throw = 2,

    /// <summary>The thread waits.</summary>
    Delay = 3,
}
