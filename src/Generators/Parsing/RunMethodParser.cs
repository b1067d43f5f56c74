using System.Globalization;
using System.Linq;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Finds <c>RunAsync</c> or <c>Run</c> and what it returns.</summary>
internal static class RunMethodParser
{
    public static IMethodSymbol? Find(INamedTypeSymbol type, Location place, DiagnosticBag bag)
    {
        var methods = type.GetMembers().OfType<IMethodSymbol>().Where(m => m.Name is "RunAsync" or "Run" && m.MethodKind == MethodKind.Ordinary).ToList();
        if (methods.Count == 0)
        {
            bag.Add(Descriptors.NoRunMethod, place, type.Name);
            return null;
        }

        if (methods.Count > 1)
        {
            bag.Add(Descriptors.SeveralRunMethods, methods[1].Locations.FirstOrDefault() ?? place, type.Name, methods.Count.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        var method = methods[0];
        var at = method.Locations.FirstOrDefault() ?? place;
        if (method.IsGenericMethod)
        {
            bag.Add(Descriptors.GenericRunMethod, at, method.Name, type.Name);
            return null;
        }

        if (method is { IsAsync: true, ReturnsVoid: true })
        {
            bag.Add(Descriptors.AsyncVoid, at, method.Name, type.Name);
            return null;
        }

        return method;
    }

    public static ReturnKind Returns(IMethodSymbol method, out ITypeSymbol? result)
    {
        result = null;
        if (method.ReturnsVoid)
        {
            return ReturnKind.Void;
        }

        if (method.ReturnType is INamedTypeSymbol named)
        {
            switch (TypeNames.MetadataName(named))
            {
                case "System.Threading.Tasks.Task":
                    return ReturnKind.Task;
                case "System.Threading.Tasks.ValueTask":
                    return ReturnKind.ValueTask;
                case "System.Threading.Tasks.Task`1":
                    result = named.TypeArguments[0];
                    return ReturnKind.TaskOfValue;
                case "System.Threading.Tasks.ValueTask`1":
                    result = named.TypeArguments[0];
                    return ReturnKind.ValueTaskOfValue;
            }
        }

        result = method.ReturnType;
        return ReturnKind.Value;
    }
}
