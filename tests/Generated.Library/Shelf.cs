using HighPerf;

namespace Warehouse.Stock;

/// <summary>A document that another assembly has as a member.</summary>
[Document]
public sealed partial class Shelf
{
    /// <summary>Which shelf.</summary>
    public required string Code { get; init; }

    /// <summary>What is on it.</summary>
    public List<StockChanged>? History { get; set; }
}
