namespace HighPerf.Transports;

/// <summary>Where a durable queue's message is. A message that is out is what it was before.</summary>
internal enum MessageState : byte
{
    Ready = 0,
    Delayed = 1,
    Dead = 2,
}
