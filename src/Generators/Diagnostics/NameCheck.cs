using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Diagnostics;

/// <summary>The checks over all wire names of an assembly: none twice, no two with the same hash.</summary>
internal static class NameCheck
{
    /// <param name="names">The declared names; the order does not matter.</param>
    /// <param name="hash">The hash; a parameter so that a test can make two names collide.</param>
    public static EquatableArray<DiagnosticInfo> Run(IEnumerable<DeclaredName> names, Func<string, ulong> hash)
    {
        var found = new List<DiagnosticInfo>();
        var byHash = new Dictionary<ulong, DeclaredName>();
        foreach (var name in names.OrderBy(n => n.TypeName, StringComparer.Ordinal).ThenBy(n => n.WireName, StringComparer.Ordinal))
        {
            var key = hash(name.WireName);
            if (!byHash.TryGetValue(key, out var first))
            {
                byHash.Add(key, name);
            }
            else if (first.TypeName == name.TypeName)
            {
                // One type under two attributes: that is reported as such.
            }
            else if (first.WireName == name.WireName)
            {
                found.Add(new DiagnosticInfo(Descriptors.DuplicateWireName.Id, name.Location, new[] { first.TypeName, name.TypeName, name.WireName }.ToEquatableArray()));
            }
            else
            {
                found.Add(new DiagnosticInfo(
                    Descriptors.HashCollision.Id, name.Location, new[] { first.WireName, first.TypeName, name.WireName, name.TypeName }.ToEquatableArray()));
            }
        }

        return found.ToEquatableArray();
    }
}
