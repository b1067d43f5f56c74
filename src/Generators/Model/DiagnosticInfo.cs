using System.Linq;
using HighPerf.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Model;

/// <summary>A diagnostic as values: the id of its descriptor, where, and the arguments of its message.</summary>
internal sealed record DiagnosticInfo(string Id, LocationInfo? Location, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, Location? location, params string[] arguments)
        => new(descriptor.Id, LocationInfo.Of(location), arguments.ToEquatableArray());

    public Diagnostic ToDiagnostic(Compilation compilation)
        => Diagnostic.Create(Descriptors.ById(Id), Location?.ToLocation(compilation), Arguments.Cast<object?>().ToArray());
}
