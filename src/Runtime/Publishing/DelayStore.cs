using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>Holds messages for transports that cannot: the controller's timetable. The message is taken over as by a transport's publish.</summary>
internal abstract class DelayStore
{
    public abstract ValueTask<PublishOutcome> HoldAsync(Destination destination, in OutgoingMessage message);
}
