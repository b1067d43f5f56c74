using HighPerf;

namespace Evolution.V3;

[Document("shop.address")]
public sealed partial record Address(string Street, string City, string? Country);

// What version 1 had in the end.
[Document]
public sealed partial record OrderedV1(Guid Id, double Total, string Customer, string? Note, int Items);

// Another type, and one member less.
[Event("shop.ordered", Version = 2)]
public sealed partial record Ordered(Guid Id, decimal Total, string Customer)
{
    [Upcast(from: 1)]
    private static Ordered FromVersion1(OrderedV1 old) => new(old.Id, (decimal)old.Total, old.Customer);
}

[Document]
public sealed partial record ShipV1(Guid Id, int Parcels, bool Express);
