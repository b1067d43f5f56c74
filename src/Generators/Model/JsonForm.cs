namespace HighPerf.Generators.Model;

/// <summary>What JSON has to know of a type of fixed size beyond its bytes; null for the base library's types, which are told by name.</summary>
internal abstract record JsonForm;
