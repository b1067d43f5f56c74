namespace HighPerf;

/// <summary>Priority class of a message: served 8 : 4 : 1, so that low is never starved (contract D12).</summary>
public enum MessagePriority : byte
{
    /// <summary>Served once in thirteen.</summary>
    Low = 0,

    /// <summary>The default.</summary>
    Normal = 1,

    /// <summary>Served first most of the time.</summary>
    High = 2,
}
