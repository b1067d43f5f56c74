namespace HighPerf.Generated.Tests.Views.Sample;

/// <summary>An order.</summary>
[Event]
public sealed partial record OrderPlaced(Guid Id, string Customer, List<OrderLine> Lines, Dictionary<string, int> Points);

/// <summary>A line of an order.</summary>
[Document]
public sealed partial record OrderLine(string Sku, int Quantity);

/// <summary>Looks at orders and makes no object of them.</summary>
[Task, Subscribe<OrderPlaced>]
public sealed partial class CountPieces
{
    /// <summary>Pieces of all orders.</summary>
    public static long Pieces { get; private set; }

    /// <summary>Runs.</summary>
    public void Run(OrderPlacedView order)
    {
        if (order.Customer.Equals("test"u8))
        {
            return;
        }

        foreach (var line in order.Lines)
        {
            Pieces += line.Quantity;
        }

        foreach (var (name, points) in order.Points)
        {
            Pieces += name.Equals("bonus"u8) ? points : 0;
        }
    }
}
