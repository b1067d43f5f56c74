namespace HighPerf;

/// <summary>The tasks, messages and subscriptions that one assembly declares, and the switch from wire-name hash to task. Implemented by generated code.</summary>
public abstract class DispatchTable
{
    /// <summary>Name of the declaring assembly, for messages to people.</summary>
    public abstract string AssemblyName { get; }

    /// <summary>The tasks.</summary>
    public abstract ReadOnlySpan<TaskHandler> Handlers { get; }

    /// <summary>The events and documents.</summary>
    public abstract ReadOnlySpan<MessageDescriptor> Messages { get; }

    /// <summary>Which task subscribes to which event or document; the message may be declared in another assembly.</summary>
    public abstract ReadOnlySpan<Subscription> Subscriptions { get; }

    /// <summary>
    /// How they are JSON. Only <see cref="HighPerfBuilder.UseJson"/> asks, so that the linker leaves the generated JSON code out of programs that never call it.
    /// </summary>
    public virtual ReadOnlySpan<JsonCodec> JsonCodecs => default;

    /// <summary>Index in <see cref="Handlers"/> of the task with this wire-name hash (aliases included), or -1. A switch that the compiler turns into jumps.</summary>
    public abstract int Find(ulong nameHash);
}
