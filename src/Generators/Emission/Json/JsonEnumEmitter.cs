using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for enums: a number or a name is written, either is read. Values and not members are named, for a member may be obsolete.</summary>
internal static class JsonEnumEmitter
{
    public static void Write(SourceWriter output, JsonEnum form)
    {
        var seen = new HashSet<string>();
        var named = form.Members.Where(m => seen.Add(m.Value)).ToList();
        if (named.Count > 0)
        {
            output.Open("if (writer.EnumsAsStrings)");
            output.Open($"switch (({form.Underlying})value)");
            foreach (var member in named)
            {
                output.Line($"case {member.Value}:");
                output.Line($"    writer.WriteText({Literals.Text(member.Name)}u8);");
                output.Line("    return;");
            }

            output.Close();
            output.CloseMember();
        }

        output.Line(form.Underlying is "byte" or "ushort" or "uint" or "ulong" ? "writer.WriteUnsigned((ulong)value);" : "writer.WriteInteger((long)value);");
    }

    public static void Read(SourceWriter output, string type, JsonEnum form)
    {
        output.Open("if (reader.TryReadEnumName(out var name))");
        foreach (var member in form.Members)
        {
            output.Open($"if (global::System.MemoryExtensions.SequenceEqual(name, {Literals.Text(member.Name)}u8))");
            output.Line($"return ({type})({member.Value});");
            output.CloseMember();
        }

        output.Line($"throw reader.UnknownEnumName({Literals.Text(type.Replace("global::", ""))});");
        output.CloseMember();
        output.Line($"return ({type})reader.ReadInteger<{form.Underlying}>();");
    }
}
