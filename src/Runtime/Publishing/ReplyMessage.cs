using HighPerf.Messages;

namespace HighPerf.Publishing;

/// <summary>
/// What comes back from another process: documents whose envelopes name the waiting result (<see cref="EnvelopeFlags.Reply"/>), or the step of a workflow whose state is in the
/// process that asked (<see cref="EnvelopeFlags.Workflow"/>). The parent is the command.
/// </summary>
internal static class ReplyMessage
{
    /// <summary>The command succeeded; the body is its result in the binary format.</summary>
    public static readonly MessageDescriptor Result = new(MessageKind.Document, "highperf.result", fingerprint: 1);

    /// <summary>The command failed for good; the body says which task and why.</summary>
    public static readonly MessageDescriptor Failure = new(MessageKind.Document, "highperf.failure", fingerprint: 1);

    // A text that is longer helps nobody, and must not make a failure too large to tell.
    private const int MaxDescription = 8192;

    /// <summary>Writes the body of a <see cref="Failure"/>: is it a cancellation, which command of which task failed, what went wrong.</summary>
    public static void WriteFailure(PooledBuffer body, in ReplyOrigin origin, Exception failure)
    {
        var known = failure as TaskFailedException;
        var description = known?.Description ?? failure.Message;
        var writer = new MessageWriter(body);
        writer.Write((byte)(failure is OperationCanceledException ? 1 : 0));
        (known?.Id ?? origin.Command).WriteUnchecked(ref writer.Reserve(16));
        writer.WriteString(known?.Task ?? origin.Task);
        writer.WriteString(description.Length <= MaxDescription ? description : description[..MaxDescription]);
        writer.Flush();
    }

    /// <exception cref="MessageFormatException">That is no failure.</exception>
    public static Exception ReadFailure(ReadOnlySpan<byte> body)
    {
        var reader = MessageReader.OfBody(body);
        var isCancelled = reader.Read<byte>() != 0;
        var command = MessageId.ReadUnchecked(ref reader.Take(16));
        var task = reader.ReadString() ?? string.Empty;
        var description = reader.ReadString() ?? string.Empty;
        return isCancelled ? new TaskCanceledException(description) : new TaskFailedException(task, command, description);
    }
}
