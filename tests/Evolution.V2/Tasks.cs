using HighPerf;

namespace Evolution.V2;

// An argument with a default value.
[Task("shop.ship")]
public sealed partial class Ship
{
    public static void Run(Guid id, int parcels, bool express = true) => Received.Add(id, $"ship {parcels}{(express ? " express" : "")}");
}

[Task("shop.bill"), Subscribe<Ordered>]
public sealed partial class Bill
{
    public static void Run(Ordered ordered) => Received.Add(ordered.Id, FormattableString.Invariant($"bill {ordered.Total} {ordered.Buyer} {ordered.Note ?? "-"} {ordered.Items}"));
}

[Task("shop.visit")]
public sealed partial class Visit
{
    public static void Run(Guid id, Address address, int hour) => Received.Add(id, $"visit {address.Street}, {address.City}, {address.Country ?? "-"} at {hour}");
}

// Renamed.
[Task("shop.judge", Aliases = ["shop.rate"])]
public sealed partial class Judge
{
    public static void Run(Guid id, Stars stars) => Received.Add(id, $"judge {(int)stars}");
}
