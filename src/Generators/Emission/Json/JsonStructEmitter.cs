using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Structs whose binary form is their memory, as objects of their public members.</summary>
internal static class JsonStructEmitter
{
    public static void Write(SourceWriter output, JsonCodecEmitter codec, string type, JsonStruct form)
    {
        if (!form.IsComplete)
        {
            Refuse(output, type);
            return;
        }

        output.Line("writer.StartObject();");
        JsonMembersEmitter.Write(output, codec, form.Members, "value");
        output.Line("writer.EndObject();");
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, string type, JsonStruct form, string find)
    {
        if (!form.IsComplete)
        {
            Refuse(output, type);
            return;
        }

        var settings = string.Join(", ", form.InitializerMembers.Select(i => $"{form.Members[i].Name} = m{i}"));
        var unused = Enumerable.Range(0, form.Members.Count).Where(i => !form.ConstructorMembers.Contains(i) && !form.InitializerMembers.Contains(i)).ToList();
        output.Line("reader.StartObject();");
        JsonMembersEmitter.Read(output, codec, form.Members, unused, find);
        output.Line($"return new {type}({string.Join(", ", form.ConstructorMembers.Select(i => $"m{i}"))}){(settings.Length == 0 ? "" : " { " + settings + " }")};");
    }

    private static void Refuse(SourceWriter output, string type)
    {
        var text = $"{type.Replace("global::", "")} has no JSON: its public members do not hold all that its memory holds, or cannot be set.";
        output.Line($"throw new {Source.FormatException}({Literals.Text(text)});");
    }
}
