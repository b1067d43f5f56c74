using HighPerf;
using Warehouse.Stock;

var call = CountStock.Call("sku").On("stock");
Console.WriteLine($"{DispatchTables.All.Count} table, queue {call.Options?.Queue}");
return DispatchTables.All.Count == 1 ? 0 : 1;
