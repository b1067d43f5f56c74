using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>The table's entries, in an order that does not depend on the order of the source files.</summary>
internal static class TableEntries
{
    public static TableEntry Of(TaskModel model)
        => new(true, model.Type.FullName, model.Message.WireName, model.Message.Aliases, model.Subscription);

    public static TableEntry Of(ContractModel model)
        => new(false, model.Type.FullName, model.Message.WireName, model.Message.Aliases, null);

    public static EquatableArray<TableEntry> Sort(IEnumerable<TableEntry> entries)
        => entries.OrderBy(e => e.WireName, StringComparer.Ordinal).ThenBy(e => e.TypeName, StringComparer.Ordinal).ToEquatableArray();
}
