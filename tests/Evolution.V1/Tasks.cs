using HighPerf;

namespace Evolution.V1;

[Task("shop.ship")]
public sealed partial class Ship
{
    public static void Run(Guid id, int parcels) => Received.Add(id, $"ship {parcels}");
}

[Task("shop.bill"), Subscribe<Ordered>]
public sealed partial class Bill
{
    public static void Run(Ordered ordered) => Received.Add(ordered.Id, FormattableString.Invariant($"bill {ordered.Total} {ordered.Customer}"));
}

[Task("shop.visit")]
public sealed partial class Visit
{
    public static void Run(Guid id, Address address, int hour) => Received.Add(id, $"visit {address.Street}, {address.City} at {hour}");
}

[Task("shop.rate")]
public sealed partial class Rate
{
    public static void Run(Guid id, Stars stars) => Received.Add(id, $"rate {(int)stars}");
}
