using HighPerf;

namespace Evolution.V2;

// Members in between and at the end.
[Event("shop.stocked", Layout = ContractLayout.VersionTolerant)]
public sealed partial class Stocked
{
    [MemberOrder(0)]
    public Guid Id { get; set; }

    [MemberOrder(1)]
    public string? Product { get; set; }

    [MemberOrder(2)]
    public int Count { get; set; }

    [MemberOrder(5)]
    public string? Shelf { get; set; }

    [MemberOrder(7)]
    public Address? Warehouse { get; set; }
}

[Task("shop.stock"), Subscribe<Stocked>]
public sealed partial class Stock
{
    public static void Run(Stocked stocked) => Received.Add(stocked.Id, $"stock {stocked.Product ?? "-"} {stocked.Count} {stocked.Shelf ?? "-"} {stocked.Warehouse?.City ?? "-"}");
}
