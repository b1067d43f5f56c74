using HighPerf;

namespace Warehouse.Stock;

/// <summary>A task that another assembly calls.</summary>
[Task(Aliases = ["warehouse.count"])]
public sealed partial class CountStock
{
    /// <summary>Counts.</summary>
    public int Run(string sku, int start = 5) => sku.Length + start;
}
