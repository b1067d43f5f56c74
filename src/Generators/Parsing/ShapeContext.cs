using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>What parsing the shapes of one declaration shares: where it is, and the contracts that its code reads and writes itself.</summary>
internal sealed class ShapeContext(Compilation compilation, IAssemblySymbol assembly)
{
    private const int MaxInlined = 256;

    private readonly Dictionary<string, ContractBody?> _inlined = [];
    private Dictionary<ITypeSymbol, INamedTypeSymbol>? _formatters;

    public Compilation Compilation => compilation;

    public IAssemblySymbol Assembly => assembly;

    public EquatableArray<ContractBody> Inlined => _inlined.Values.OfType<ContractBody>().ToEquatableArray();

    /// <summary>The shape of a contract that has no generated code of its own here.</summary>
    public Shape? Inline(INamedTypeSymbol type, out string why)
    {
        why = "";
        var shape = new ContractShape(TypeNames.SourceNotNull(type), type.IsValueType ? ContractKind.Struct : ContractKind.Class, true);
        if (_inlined.ContainsKey(shape.TypeName))
        {
            return shape;
        }

        if (_inlined.Count == MaxInlined)
        {
            why = "it closes over itself without end";
            return null;
        }

        // Noted before its members are looked at: one of them may be of the same type.
        _inlined.Add(shape.TypeName, null);
        var reports = new ReasonReports();
        var body = ContractBodyParser.Parse(type, TypeNames.Display(type), this, reports, fromOutside: true);
        why = reports.Reason ?? "";
        if (body is null || reports.Reason is not null)
        {
            return null;
        }

        _inlined[shape.TypeName] = body;
        return shape;
    }

    /// <summary>The formatter that the assembly names for a type.</summary>
    public INamedTypeSymbol? Formatter(ITypeSymbol type)
    {
        if (_formatters is null)
        {
            _formatters = new Dictionary<ITypeSymbol, INamedTypeSymbol>(SymbolEqualityComparer.Default);
            foreach (var attribute in assembly.GetAttributes().Where(a => TypeNames.Is(a.AttributeClass, KnownNames.Formatter)))
            {
                if (attribute.AttributeClass!.TypeArguments[0] is INamedTypeSymbol formatter)
                {
                    foreach (var formatted in Formatters.TypesOf(formatter))
                    {
                        _formatters[formatted] = formatter;
                    }
                }
            }
        }

        return _formatters.TryGetValue(type, out var found) ? found : null;
    }
}
