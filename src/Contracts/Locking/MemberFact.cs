namespace HighPerf.Contracts.Locking;

/// <summary>A member of a contract, or a field of a struct.</summary>
/// <param name="Order">Its place in the message.</param>
/// <param name="Name">Its name in the message.</param>
/// <param name="Type">Its type in the message.</param>
/// <param name="IsRequired">A message without it is not enough.</param>
/// <param name="Line">Its line in the file, from 1; 0 where it comes from an assembly.</param>
internal sealed record MemberFact(int Order, string Name, string Type, bool IsRequired, int Line);
