namespace HighPerf.Control;

/// <summary>How a role is.</summary>
public enum RoleHealth
{
    /// <summary>Not started yet.</summary>
    Stopped = 0,

    /// <summary>On its way up.</summary>
    Starting = 1,

    /// <summary>Working.</summary>
    Healthy = 2,

    /// <summary>Working on what it has, taking nothing new.</summary>
    Draining = 3,

    /// <summary>Not working; the log says why.</summary>
    Unhealthy = 4,
}
