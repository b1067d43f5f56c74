using HighPerf;

namespace Warehouse.Stock;

/// <summary>A struct without references, with padding between its fields and private state.</summary>
[Document]
public readonly partial record struct Spot(byte Row, long Column, bool Free);
