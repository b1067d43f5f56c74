namespace HighPerf.Generated.Tests.Json;

/// <summary>May lead back to itself.</summary>
[Document(Layout = ContractLayout.CircularReference)]
public sealed partial class Knot
{
    [MemberOrder(0)]
    public string? Name { get; set; }

    [MemberOrder(1)]
    public Knot? Next { get; set; }
}
