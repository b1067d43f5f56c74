using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Analyzers.Blocking;

/// <summary>Bodies of members.</summary>
internal static class Bodies
{
    /// <summary>The outermost operation of the member that the operation is in.</summary>
    public static IOperation Of(IOperation operation) => Operations.Parents(operation).LastOrDefault() ?? operation;
}
