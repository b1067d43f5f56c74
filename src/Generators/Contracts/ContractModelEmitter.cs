using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using HighPerf.Generators.Emission;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Contracts;

/// <summary>The assembly's contract model, an attribute for each declaration: what the build compares with contracts.lock.</summary>
internal static class ContractModelEmitter
{
    public static EquatableArray<ContractFacts> Sort(IEnumerable<ContractFacts> facts)
        => facts.OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.TypeName, StringComparer.Ordinal).ToEquatableArray();

    /// <summary>Null when there is nothing to say.</summary>
    public static string? Emit(EquatableArray<ContractFacts> all)
    {
        if (all.Count == 0)
        {
            return null;
        }

        var output = new StringBuilder(Source.Prologue);
        foreach (var facts in all)
        {
            output.Append("\n[assembly: global::HighPerf.ContractModel(typeof(").Append(facts.TypeName).Append("),");
            var lines = facts.Text.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                var isLast = i == lines.Length - 1;
                output.Append("\n    ").Append(Literals.Text(lines[i] + (isLast ? "" : "\n"))).Append(isLast ? ")]" : " +");
            }

            output.Append('\n');
        }

        return output.ToString();
    }
}
