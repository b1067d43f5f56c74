namespace HighPerf.Generators.Model;

/// <summary>
/// A contract. One of its own code reads and writes itself; an inlined one (a closed generic contract, or one of an assembly that was compiled without this generator)
/// is read and written by helpers beside the code that needs it, from the <see cref="ContractBody"/> of the same name. <c>View</c> is the name of its view, if it has one.
/// </summary>
internal sealed record ContractShape(string TypeName, ContractKind Kind, bool Inlined, string? View = null) : Shape(TypeName)
{
    public override int MinimumSize => 1;

    public override bool IsReference => Kind == ContractKind.Class;
}
