using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>The dispatch tables of referenced assemblies, found by their assembly attribute.</summary>
internal static class ReferencedTables
{
    public static EquatableArray<string> Find(Compilation compilation, CancellationToken cancellationToken)
    {
        var tables = new List<string>();
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Only an assembly that references the runtime can carry the attribute: the framework's hundreds are not looked into.
            if (assembly.Modules.All(m => m.ReferencedAssemblies.All(r => r.Name != KnownNames.RuntimeAssembly)))
            {
                continue;
            }

            tables.AddRange(assembly.GetAttributes()
                .Where(a => TypeNames.Is(a.AttributeClass, KnownNames.DispatchTable) && a.ConstructorArguments.Length == 1)
                .Select(a => a.ConstructorArguments[0].Value)
                .OfType<INamedTypeSymbol>()
                .Select(TypeNames.Source));
        }

        return tables.OrderBy(t => t, StringComparer.Ordinal).ToEquatableArray();
    }
}
