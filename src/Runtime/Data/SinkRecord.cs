namespace HighPerf.Data;

/// <summary>A result on its way into a sink. The bytes are borrowed until the write completes.</summary>
/// <param name="Id">Message id of the command that produced it: the sink's idempotency key.</param>
/// <param name="Name">Wire name of the task.</param>
/// <param name="Body">The result's encoded body.</param>
public readonly record struct SinkRecord(MessageId Id, string Name, ReadOnlyMemory<byte> Body);
