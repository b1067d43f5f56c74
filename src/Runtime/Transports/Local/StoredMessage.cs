namespace HighPerf.Transports;

/// <summary>A message as the journal has it at opening.</summary>
internal sealed class StoredMessage(long number, string queue, PooledBuffer message, long notBeforeTicks)
{
    public long Number => number;

    public string Queue => queue;

    public PooledBuffer Message => message;

    public long NotBeforeTicks => notBeforeTicks;

    public MessageNote Note { get; set; } = new(MessageState.Ready, false, default, 0, message.ExpiresTicks, 0, "");
}
