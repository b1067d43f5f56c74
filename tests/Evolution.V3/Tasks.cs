using HighPerf;

namespace Evolution.V3;

[Task("shop.ship", Version = 2)]
public sealed partial class Ship
{
    public static void Run(Guid id, string[] labels) => Received.Add(id, $"ship {string.Join('+', labels)}");

    [Upcast(from: 1)]
    private static Arguments FromVersion1(ShipV1 old) => new(old.Id, [.. Enumerable.Range(1, old.Parcels).Select(n => $"parcel {n}")]);
}

[Task("shop.bill"), Subscribe<Ordered>]
public sealed partial class Bill
{
    public static void Run(Ordered ordered) => Received.Add(ordered.Id, FormattableString.Invariant($"bill {ordered.Total} {ordered.Customer}"));
}

[Task("shop.visit")]
public sealed partial class Visit
{
    public static void Run(Guid id, Address address, int hour) => Received.Add(id, $"visit {address.Street}, {address.City}, {address.Country ?? "-"} at {hour}");
}
