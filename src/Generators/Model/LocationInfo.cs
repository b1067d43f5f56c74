using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Generators.Model;

/// <summary>A place in source without the tree it is in; the tree is found again when the diagnostic is reported.</summary>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo? Of(Location? location)
        => location?.SourceTree is { } tree ? new LocationInfo(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span) : null;

    /// <summary>Within its tree, so that <c>#pragma warning disable</c> and suppressions apply: they do not apply to a location that is only a path.</summary>
    public Location ToLocation(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == FilePath && t.Length >= Span.End);
        return tree is null ? Location.Create(FilePath, Span, Lines) : Location.Create(tree, Span);
    }
}
