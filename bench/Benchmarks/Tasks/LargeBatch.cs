namespace HighPerf.Benchmarks.Tasks;

/// <summary>The large shape: 100 records, 8,248 bytes (the bare array that others measure has 8,247; a message has a header).</summary>
[Document]
public sealed partial record LargeBatch(Record[] Records);
