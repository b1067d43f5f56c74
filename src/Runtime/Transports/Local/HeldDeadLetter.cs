namespace HighPerf.Transports;

/// <summary>A dead letter as a queue keeps it: the message itself, so that replay moves it back without a copy.</summary>
internal readonly record struct HeldDeadLetter(PooledBuffer Message, DeadLetterReason Reason, string Description, DateTimeOffset At);
