namespace HighPerf.Samples.TwoBrokers;

/// <summary>Ships an order. It does not know by which broker it came.</summary>
[Task]
public sealed partial class Ship(Shipped shipped)
{
    /// <summary>Ships an order.</summary>
    public void Run(int order) => shipped.Add(order);
}
