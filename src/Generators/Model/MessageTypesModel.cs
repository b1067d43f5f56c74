using System;
using System.Collections.Generic;
using System.Linq;

namespace HighPerf.Generators.Model;

/// <summary>The types that <c>[assembly: MessageType]</c> names, in one file or in all.</summary>
internal sealed record MessageTypesModel(EquatableArray<Shape> Types, EquatableArray<ContractBody> Inlined)
{
    /// <summary>All files' types, in an order that does not depend on the order of the files.</summary>
    public static MessageTypesModel Merge(IEnumerable<MessageTypesModel> files)
    {
        var all = files.ToList();
        return new MessageTypesModel(
            all.SelectMany(f => f.Types).Distinct().OrderBy(t => t.TypeName, StringComparer.Ordinal).ToEquatableArray(),
            all.SelectMany(f => f.Inlined).GroupBy(b => b.TypeName).Select(g => g.First()).OrderBy(b => b.TypeName, StringComparer.Ordinal).ToEquatableArray());
    }
}
