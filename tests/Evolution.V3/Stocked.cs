using HighPerf;

namespace Evolution.V3;

// Without two members, whose places stay empty.
[Event("shop.stocked", Layout = ContractLayout.VersionTolerant)]
public sealed partial class Stocked
{
    [MemberOrder(0)]
    public Guid Id { get; set; }

    [MemberOrder(1)]
    public string? Product { get; set; }

    [MemberOrder(7)]
    public Address? Warehouse { get; set; }

    [MemberOrder(8)]
    public double Weight { get; set; }
}

[Task("shop.stock"), Subscribe<Stocked>]
public sealed partial class Stock
{
    public static void Run(Stocked stocked) => Received.Add(stocked.Id, FormattableString.Invariant($"stock {stocked.Product ?? "-"} {stocked.Warehouse?.City ?? "-"} {stocked.Weight}"));
}
