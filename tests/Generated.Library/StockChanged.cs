using HighPerf;

namespace Warehouse.Stock;

/// <summary>An event that another assembly subscribes to.</summary>
[Event("warehouse.stock-changed", Aliases = ["warehouse.changed"])]
public sealed partial record StockChanged(string Sku, int Delta);
