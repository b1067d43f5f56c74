using HighPerf;

namespace Evolution.V2;

// A member at the end.
[Document("shop.address")]
public sealed partial record Address(string Street, string City, string? Country);

// Two, and one that is called something else in code.
[Event("shop.ordered")]
public sealed partial record Ordered(Guid Id, double Total, [MemberName("Customer")] string Buyer, string? Note, int Items);

public enum Stars
{
    One = 1,
    Two = 2,
    Three = 3,
}
