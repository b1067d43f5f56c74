namespace HighPerf.Generators.Model;

/// <summary>An <c>[Event]</c>, <c>[Document]</c> or <c>[MemoryPackable]</c>.</summary>
/// <param name="Type">The declared type.</param>
/// <param name="Message">Its descriptor.</param>
/// <param name="IsInterface">A union that is an interface.</param>
/// <param name="Body">How it is written, read and built.</param>
/// <param name="View">Its view, if it has one.</param>
/// <param name="Inlined">The contracts that its code reads and writes itself.</param>
internal sealed record ContractModel(TypeHeader Type, MessageInfo Message, bool IsInterface, ContractBody Body, ViewModel? View, EquatableArray<ContractBody> Inlined);
