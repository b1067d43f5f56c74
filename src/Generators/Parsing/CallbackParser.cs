using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Methods of a contract that are called around writing and reading.</summary>
internal static class CallbackParser
{
    private static readonly (CallbackKind Kind, string Ours, string Theirs)[] Attributes =
    [
        (CallbackKind.Writing, "HighPerf.OnWritingAttribute", "MemoryPack.MemoryPackOnSerializingAttribute"),
        (CallbackKind.Written, "HighPerf.OnWrittenAttribute", "MemoryPack.MemoryPackOnSerializedAttribute"),
        (CallbackKind.Reading, "HighPerf.OnReadingAttribute", "MemoryPack.MemoryPackOnDeserializingAttribute"),
        (CallbackKind.Read, "HighPerf.OnReadAttribute", "MemoryPack.MemoryPackOnDeserializedAttribute"),
    ];

    public static List<Callback> Parse(INamedTypeSymbol type, IReports reports, bool fromOutside)
    {
        var found = new List<Callback>();
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            foreach (var (kind, ours, theirs) in Attributes)
            {
                if (TypeNames.Attribute(method, ours) is null && TypeNames.Attribute(method, theirs) is null)
                {
                    continue;
                }

                // MemoryPack calls an instance method before reading only where an existing object is read into; there is none here.
                if (kind == CallbackKind.Reading && !method.IsStatic && TypeNames.Attribute(method, ours) is null)
                {
                    continue;
                }

                var wrong = method.Parameters.Length > 0 || method.IsGenericMethod ? "it takes parameters"
                    : kind == CallbackKind.Reading && !method.IsStatic ? "there is no object yet: it must be static"
                    : fromOutside && method.DeclaredAccessibility != Accessibility.Public ? "it must be public to be called for a closed generic contract"
                    : null;
                if (wrong is not null)
                {
                    reports.Add(Descriptors.InvalidCallback, method, $"{type.Name}.{method.Name}", wrong);
                    continue;
                }

                found.Add(new Callback(kind, TypeNames.Identifier(method.Name), method.IsStatic));
            }
        }

        return found;
    }
}
