namespace HighPerf.Generators.Model;

/// <summary>An assembly's dispatch table, and the tables of the assemblies that it references.</summary>
internal sealed record TableModel(string AssemblyName, EquatableArray<TableEntry> Entries, EquatableArray<string> ReferencedTables);
