namespace HighPerf.Generators.Model;

internal enum ContractKind
{
    Class,
    Struct,
}
