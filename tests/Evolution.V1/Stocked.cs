using HighPerf;

namespace Evolution.V1;

// Version-tolerant: members by their places.
[Event("shop.stocked", Layout = ContractLayout.VersionTolerant)]
public sealed partial class Stocked
{
    [MemberOrder(0)]
    public Guid Id { get; set; }

    [MemberOrder(2)]
    public int Count { get; set; }

    [MemberOrder(5)]
    public string? Shelf { get; set; }
}

[Task("shop.stock"), Subscribe<Stocked>]
public sealed partial class Stock
{
    public static void Run(Stocked stocked) => Received.Add(stocked.Id, $"stock {stocked.Count} {stocked.Shelf ?? "-"}");
}
