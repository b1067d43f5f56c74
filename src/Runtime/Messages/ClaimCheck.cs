namespace HighPerf.Messages;

/// <summary>Where the rest of a message's body is: the body is what came with the message, with the payload put in at a position.</summary>
/// <param name="Payload">The payload's id in the store; none when the body is complete.</param>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="At">Where in the body that came with the message the payload belongs: an event's payload stands inside its subscribers' arguments.</param>
internal readonly record struct ClaimCheck(MessageId Payload, int Length, int At)
{
    public const int Size = 24;

    public bool IsNone => Payload.IsNone;
}
