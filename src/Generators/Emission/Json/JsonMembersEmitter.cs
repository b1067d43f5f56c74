using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Writes and reads the members of an object. A reader takes them in any order, each once.</summary>
internal static class JsonMembersEmitter
{
    private const int BitsPerWord = 64;

    public static void Write(SourceWriter output, JsonCodecEmitter codec, IReadOnlyList<MemberModel> members, string target)
    {
        foreach (var member in members.Where(m => m.Json.Inclusion != JsonInclusion.Never))
        {
            var expression = member.Name.Length == 0 ? target : $"{target}.{member.Name}";
            var condition = Condition(member, expression);
            if (condition is not null)
            {
                output.Open($"if ({condition})");
            }

            output.Line($"writer.Name({Literals.Text(member.Json.Name)}u8);");
            output.Line(codec.Write(member.Shape, expression));
            if (condition is not null)
            {
                output.Close();
            }
        }
    }

    /// <summary>Statements that read the members into the variables m0, m1, …</summary>
    /// <param name="output">Where to.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="members">The members.</param>
    /// <param name="unused">Members that nothing takes: their values are read past.</param>
    /// <param name="find">The method that finds a member by its name.</param>
    public static void Read(SourceWriter output, JsonCodecEmitter codec, IReadOnlyList<MemberModel> members, ICollection<int> unused, string find)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (!unused.Contains(i))
            {
                output.Line($"{members[i].Shape.TypeName} m{i} = {(members[i].Shape.IsReference ? "default!" : "default")};");
            }
        }

        ReadInto(output, codec, members, unused, find, i => $"m{i}");
    }

    /// <summary>Statements that read the members into what the target says.</summary>
    public static void ReadInto(
        SourceWriter output, JsonCodecEmitter codec, IReadOnlyList<MemberModel> members, ICollection<int> unused, string find, Func<int, string> target)
    {
        Words(output, members.Count);
        output.Open("while (reader.NextMember(out var name))");
        output.Open($"switch ({find}(name))");
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Json.Inclusion != JsonInclusion.Never)
            {
                Case(output, i, unused.Contains(i) ? "reader.Skip();" : $"{target(i)} = {codec.Read(members[i].Shape)};");
            }
        }

        output.Line("default:");
        output.Line("    reader.SkipUnknown(name);");
        output.Line("    break;");
        output.Close();
        output.CloseMember();
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Json is { IsRequired: true, Inclusion: JsonInclusion.Always })
            {
                Require(output, i, members[i].Json.Name);
            }
        }
    }

    /// <summary>The method that finds a member by its name.</summary>
    public static void Find(SourceWriter output, string name, IReadOnlyList<MemberModel> members)
        => Find(output, name, members.Select(m => m.Json.Inclusion == JsonInclusion.Never ? null : m.Json.Name).ToList());

    /// <summary>The method that finds a name; null for what has none.</summary>
    public static void Find(SourceWriter output, string name, IReadOnlyList<string?> names)
    {
        output.Open($"internal static int {name}(global::System.ReadOnlySpan<byte> name)");
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] is { } one)
            {
                output.Open($"if (global::System.MemoryExtensions.SequenceEqual(name, {Literals.Text(one)}u8))");
                output.Line($"return {i};");
                output.CloseMember();
            }
        }

        output.Line("return -1;");
        output.CloseMember();
    }

    /// <summary>The words whose bits say which members were there.</summary>
    public static void Words(SourceWriter output, int count)
    {
        for (var i = 0; i * BitsPerWord < count; i++)
        {
            output.Line($"var seen{i} = 0UL;");
        }
    }

    public static void Case(SourceWriter output, int index, string read)
    {
        output.Line($"case {index}:");
        output.Line($"    seen{index / BitsPerWord} = reader.Once(seen{index / BitsPerWord}, {Bit(index)}, name);");
        output.Line("    " + read);
        output.Line("    break;");
    }

    public static void Require(SourceWriter output, int index, string name)
        => output.Line($"reader.Require(seen{index / BitsPerWord}, {Bit(index)}, {Literals.Text(name)}u8);");

    /// <summary>The condition that a member was there.</summary>
    public static string WasThere(int index) => $"(seen{index / BitsPerWord} & {Bit(index)}) != 0";

    private static string Bit(int index) => $"0x{1UL << (index % BitsPerWord):X}UL";

    private static string? Condition(MemberModel member, string expression) => member.Json.Inclusion switch
    {
        JsonInclusion.WhenNotNull when member.Shape.IsReference => $"{expression} is not null",
        JsonInclusion.WhenNotNull when member.Shape.TypeName.EndsWith("?") => $"{expression}.HasValue",
        JsonInclusion.WhenNotDefault when member.Shape.IsReference => $"{expression} is not null",
        JsonInclusion.WhenNotDefault => $"!global::System.Collections.Generic.EqualityComparer<{member.Shape.TypeName}>.Default.Equals({expression}, default)",
        _ => null,
    };
}
