using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Emission;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Contracts;

/// <summary>What one declaration adds to the assembly's contract model.</summary>
internal sealed record ContractFacts(string TypeName, string Key, string Text)
{
    public static ContractFacts Of(TaskModel model) => Of(model.Type.FullName, model.Message);

    public static ContractFacts Of(ContractModel model) => Of(model.Type.FullName, model.Message);

    private static ContractFacts Of(string typeName, MessageInfo message)
    {
        var key = message.Kind.ToLowerInvariant() + " " + SchemaNames.Escape(message.WireName);
        var lines = new List<string> { $"{key} hash {Fnv.Hash(message.WireName):x16}" };
        lines.AddRange(message.Aliases.Select(a => $"{key} alias {SchemaNames.Escape(a)}"));
        lines.AddRange(message.Schema.Facts.Select(f => IsOfType(f) ? f : key + " " + f));
        return new ContractFacts(typeName, key, string.Join("\n", lines));
    }

    // Facts about a message begin with what they are; those about the enums and structs in it are whole lines.
    private static bool IsOfType(string fact) => fact.StartsWith("enum ", System.StringComparison.Ordinal) || fact.StartsWith("struct ", System.StringComparison.Ordinal);
}
