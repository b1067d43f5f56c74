using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>What an attempt is about: everything that its outcome needs, whoever decides it (the slot, or the watchdog when the slot does not return).</summary>
internal struct RunningAttempt
{
    /// <summary>The slot's, or a copy where the slot does not wait for the outcome.</summary>
    public WorkItem Item;
    public MessageId Id;

    /// <summary>Failed attempts before this one.</summary>
    public int Failures;
    public ReplyAddress Reply;
    public WorkflowReference Workflow;

    /// <summary>Set where the command's body is JSON, and its result is to be.</summary>
    public JsonCodec? Json;

    /// <summary>Envelope and body, in one piece.</summary>
    public ReadOnlyMemory<byte> Message;

    /// <summary>Set where it is a suspect: the turn that ends with the attempt.</summary>
    public SuspectTurn? Turn;

    public readonly ref readonly Delivery Delivery => ref Item.Delivery;

    public readonly TaskRegistration Registration => Item.Registration!;

    public readonly string Task => Registration.Descriptor.Name;
}
