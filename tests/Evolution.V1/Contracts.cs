using HighPerf;

namespace Evolution.V1;

[Document("shop.address")]
public sealed partial record Address(string Street, string City);

[Event("shop.ordered")]
public sealed partial record Ordered(Guid Id, double Total, string Customer);

public enum Stars
{
    One = 1,
    Two = 2,
}
