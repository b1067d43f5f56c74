using System.Collections.Generic;
using System.Linq;

namespace HighPerf.Generators.Emission.Json;

/// <summary>The base library's fixed-size types, by their names in source: the writer's method, and the reader's.</summary>
internal static class JsonPrimitives
{
    private static readonly Dictionary<string, (string Write, string Read)> s_methods = All().ToDictionary(p => p.Type, p => (p.Write, p.Read));

    public static bool TryFind(string typeName, out string write, out string read)
    {
        var found = s_methods.TryGetValue(typeName, out var methods);
        (write, read) = methods;
        return found;
    }

    private static IEnumerable<(string Type, string Write, string Read)> All()
    {
        foreach (var type in new[] { "sbyte", "short", "int", "long", "nint" })
        {
            yield return (type, "WriteInteger", $"ReadInteger<{type}>");
        }

        foreach (var type in new[] { "byte", "ushort", "uint", "ulong", "nuint" })
        {
            yield return (type, "WriteUnsigned", $"ReadInteger<{type}>");
        }

        foreach (var name in new[] { "Int128", "UInt128" })
        {
            yield return ($"global::System.{name}", "Write" + name, $"ReadInteger<global::System.{name}>");
        }

        foreach (var name in new[] { "Guid", "DateTime", "DateTimeOffset", "TimeSpan", "DateOnly", "TimeOnly", "Index", "Range", "Text.Rune" })
        {
            var method = name.Substring(name.IndexOf('.') + 1);
            yield return ($"global::System.{name}", "Write" + method, "Read" + method);
        }

        // Numbers one after the other in memory.
        foreach (var name in new[] { "Vector2", "Vector3", "Vector4", "Quaternion", "Plane", "Matrix3x2", "Matrix4x4" })
        {
            yield return ($"global::System.Numerics.{name}", "WriteSingles", $"ReadSingles<global::System.Numerics.{name}>");
        }

        yield return ("global::System.Numerics.Complex", "WriteDoubles", "ReadDoubles<global::System.Numerics.Complex>");
        yield return ("bool", "WriteBoolean", "ReadBoolean");
        yield return ("char", "WriteChar", "ReadChar");
        yield return ("float", "WriteSingle", "ReadReal<float>");
        yield return ("double", "WriteDouble", "ReadReal<double>");
        yield return ("global::System.Half", "WriteHalf", "ReadReal<global::System.Half>");
        yield return ("decimal", "WriteDecimal", "ReadDecimal");
    }
}
