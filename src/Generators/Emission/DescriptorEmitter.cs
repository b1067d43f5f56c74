using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

internal static class DescriptorEmitter
{
    /// <summary>An expression that creates a message descriptor.</summary>
    public static string New(MessageInfo message)
    {
        var schema = message.Schema;
        var settings = new List<string>();
        if (schema.Version != 1)
        {
            settings.Add($"Version = {schema.Version}");
        }

        if (schema.Members.Count > 0)
        {
            settings.Add($"Members = [{string.Join(", ", schema.Members.Select(Literals.Text))}]");
        }

        Add(settings, "Earlier", schema.Earlier);
        Add(settings, "Upcasts", schema.Upcasts.SelectMany(u => u.Fingerprints).Distinct());
        var initializer = settings.Count == 0 ? "" : $" {{ {string.Join(", ", settings)} }}";
        return $"new global::HighPerf.MessageDescriptor(global::HighPerf.MessageKind.{message.Kind}, {Literals.Text(message.WireName)}, {Number(schema.Fingerprint)}){initializer}";
    }

    private static void Add(List<string> settings, string name, IEnumerable<ulong> fingerprints)
    {
        var list = string.Join(", ", fingerprints.Select(Number));
        if (list.Length > 0)
        {
            settings.Add($"{name} = [{list}]");
        }
    }

    private static string Number(ulong fingerprint) => $"0x{fingerprint:X16}UL";
}
