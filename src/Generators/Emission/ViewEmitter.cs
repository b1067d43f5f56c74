using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

/// <summary>
/// The view of a contract: a ref struct that knows where its members are. Making one walks the bytes once, checks every length and notes the places of what comes after
/// a member of variable size; a member is decoded when it is asked for. What has no view of its own is decoded each time, and once more to get past it.
/// </summary>
internal static class ViewEmitter
{
    private const string OfBytes = "ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(bytes), bytes.Length, 0, out var length";

    private static readonly HashSet<string> Reserved =
    [
        "IsNull", "ToObject", "Read", "Of", "ViewAt", "LengthAt", "HighPerfGenerated", "Equals", "GetHashCode", "ToString", "GetType", "MemberwiseClone", "ReferenceEquals", "Finalize",
    ];

    public static void Emit(SourceWriter output, ContractModel contract, ViewModel view)
    {
        var body = contract.Body;
        var codec = new CodecEmitter(contract.Inlined);
        var members = Members(body);
        foreach (var outer in contract.Type.Containing)
        {
            output.Open("partial " + outer);
        }

        output.Line($"/// <summary>A <see cref=\"{contract.Type.FullName}\"/> in the bytes of a message: nothing is allocated, members are decoded when they are asked for.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"{(view.IsPublic ? "public" : "internal")} readonly ref struct {view.Name} : global::HighPerf.IMessageView<{view.FullName}>");
        Fields(output, view, body, members);
        output.Line("/// <summary>True for a null object, and for one that the bytes leave out: it has no members.</summary>");
        output.Line($"public bool IsNull => {Source.Unsafe}.IsNullRef(ref _at);");
        output.Line();
        if (body.Layout == BodyLayout.Union)
        {
            output.Line("/// <summary>The tag of the case.</summary>");
            output.Line("public int Tag => _tag;");
            output.Line();
        }

        foreach (var member in members)
        {
            if (body.Layout == BodyLayout.Union)
            {
                Case(output, codec, body.Cases[member.Index].Tag, member);
            }
            else
            {
                Property(output, codec, view, member);
            }
        }

        ToObject(output, body);
        Read(output, body, view);
        At(output, body, view);
        output.Open("private static class HighPerfGenerated");
        Walk(output, body, view, members);
        Other(output, body, view);
        foreach (var member in members.Where(m => m.IsDecoded))
        {
            Measure(output, codec, member);
        }

        codec.EmitHelpers(output);
        output.Close();
        output.Close();
        foreach (var _ in contract.Type.Containing)
        {
            output.Close();
        }
    }

    private static List<ViewMember> Members(ContractBody body)
    {
        switch (body.Layout)
        {
            case BodyLayout.Union:
                return body.Cases.Select((one, i) => new ViewMember(CaseName(body, i), one.Shape, i) { Start = -1, IsInternal = one.IsInternal }).ToList();
            case BodyLayout.Whole:
                return [new ViewMember("Items", body.Whole!, 0)];
        }

        var tolerant = body.Layout == BodyLayout.VersionTolerant;
        var members = body.Members.Select((m, i) => new ViewMember(m.Name, m.Shape, i) { IsOptional = tolerant, KeepsDefault = m.KeepsDefault, IsNoted = tolerant, IsInternal = m.IsInternal }).ToList();

        // Constant places as far as members have a fixed size; then a note at the start of each run and of each member of variable size.
        var (start, offset) = ((int?)null, 1);
        foreach (var member in members)
        {
            if (offset < 0 || tolerant)
            {
                (start, offset) = (member.Index, 0);
                member.IsNoted = true;
            }

            (member.Start, member.Offset) = (start, offset);
            offset = member.Shape is FixedShape { Size: var size } ? offset + size : -1;
        }

        return members;
    }

    private static string CaseName(ContractBody body, int index)
    {
        var names = body.Cases.Select(c => Simple(c.Shape.TypeName)).ToList();
        return names.Count(n => n == names[index]) > 1 ? names[index] + body.Cases[index].Tag : names[index];
    }

    private static string Simple(string typeName)
    {
        var end = typeName.IndexOf('<');
        var name = end < 0 ? typeName : typeName.Substring(0, end);
        return name.Substring(name.LastIndexOfAny(['.', ':']) + 1).TrimStart('@');
    }

    private static void Fields(SourceWriter output, ViewModel view, ContractBody body, List<ViewMember> members)
    {
        List<string> notes = body.Layout == BodyLayout.Union ? ["tag", "o"] : members.Where(m => m.IsNoted).Select(m => $"o{m.Index}").ToList();
        output.Line("private readonly ref byte _at;");
        output.Line("private readonly int _length;");
        foreach (var note in notes)
        {
            output.Line($"private readonly int _{note};");
        }

        output.Line();
        output.Line(Source.Inline);
        output.Open($"private {view.Name}({string.Join(", ", new[] { "ref byte at", "int length" }.Concat(notes.Select(n => "int " + n)))})");
        output.Line("_at = ref at;");
        output.Line("_length = length;");
        foreach (var note in notes)
        {
            output.Line($"_{note} = {note};");
        }

        output.CloseMember();
    }

    private static void Property(SourceWriter output, CodecEmitter codec, ViewModel view, ViewMember member)
    {
        var plain = member.Name.TrimStart('@');
        var name = Reserved.Contains(plain) || plain == view.Name ? plain + "_" : member.Name;
        output.Line($"/// <summary>The member {plain}.</summary>");
        if (!member.IsDecoded)
        {
            output.Line($"{member.Access} {member.TypeName} {name} => {(member.IsOptional ? $"_o{member.Index} == 0 ? default : " : "")}{member.Value(codec)};");
            output.Line();
            return;
        }

        output.Open($"{member.Access} {member.TypeName} {name}");
        output.Open("get");
        if (member.IsOptional)
        {
            output.Open($"if (_o{member.Index} == 0)");
            output.Line("return default;");
            output.CloseMember();
        }

        Decode(output, codec, member);
        output.Close();
        output.CloseMember();
    }

    private static void Decode(SourceWriter output, CodecEmitter codec, ViewMember member)
    {
        output.Line($"var reader = new {Source.Reader}({Source.Reader}.Part(ref _at, {member.Place}, _length));");
        output.Line($"return {codec.Read(member.Shape)};");
    }

    private static void Case(SourceWriter output, CodecEmitter codec, int tag, ViewMember one)
    {
        output.Line($"/// <summary>True where the case is {one.Name}.</summary>");
        output.Open($"{one.Access} bool TryGet{one.Name}(out {one.TypeName} value)");
        output.Line($"var isCase = !IsNull && _tag == {tag};");
        output.Line($"value = isCase ? {(one.IsDecoded ? $"Decode{one.Index}()" : one.Value(codec))} : default;");
        output.Line("return isCase;");
        output.CloseMember();
        if (one.IsDecoded)
        {
            output.Open($"private {one.TypeName} Decode{one.Index}()");
            Decode(output, codec, one);
            output.CloseMember();
        }
    }

    private static void ToObject(SourceWriter output, ContractBody body)
    {
        output.Line("/// <summary>The whole as an object.</summary>");
        output.Open($"public {Nullable(body)} ToObject()");
        output.Open("if (IsNull)");
        output.Line(body.IsValueType ? "return default;" : "return null;");
        output.CloseMember();
        output.Line($"var reader = {Source.Reader}.OfBody({Source.Reader}.Part(ref _at, 0, _length));");
        output.Line($"return {body.TypeName}.Read(ref reader);");
        output.CloseMember();
    }

    private static void Read(SourceWriter output, ContractBody body, ViewModel view)
    {
        output.Line("/// <summary>Reads past a value and returns the view of it.</summary>");
        output.Line("/// <exception cref=\"global::HighPerf.MessageFormatException\">The bytes are no such value.</exception>");
        output.Open($"public static {view.FullName} Read(scoped ref {Source.Reader} reader)");
        output.Line("var view = ViewAt(ref reader.Here, reader.Remaining, 0, out var length);");
        output.Line("return reader.TrySkip(length) ? view : HighPerfGenerated.ReadOther(ref reader);");
        output.CloseMember();
        output.Line("/// <summary>The view of a value at the start of these bytes.</summary>");
        output.Line("/// <exception cref=\"global::HighPerf.MessageFormatException\">The bytes are no such value.</exception>");
        output.Open($"public static {view.FullName} Of(global::System.ReadOnlySpan<byte> bytes)");
        output.Line($"var view = ViewAt({OfBytes});");
        output.Open("if (length <= bytes.Length)");
        output.Line("return view;");
        output.CloseMember();
        output.Line($"var reader = new {Source.Reader}(bytes);");
        output.Line("return HighPerfGenerated.ReadOther(ref reader);");
        output.CloseMember();
        output.Line("/// <summary>The view of a value that is written for it: for what has an object and needs a view.</summary>");
        output.Open($"public static {view.FullName} Of({Nullable(body)} value)");
        output.Line($"var bytes = new global::System.ReadOnlySpan<byte>(global::HighPerf.MessageSerializer.Serialize<{body.TypeName}>(value));");
        output.Line($"var view = ViewAt({OfBytes});");
        output.Line($"return length <= bytes.Length ? view : throw new {Source.FormatException}({Literals.Text($"There is no view of this {body.DisplayName}: it is nested too deeply.")});");
        output.CloseMember();
    }

    private static void At(SourceWriter output, ContractBody body, ViewModel view)
    {
        var isThere = body.Layout switch
        {
            BodyLayout.Ordinary => $"left > 0 && at == {body.Members.Count}",
            BodyLayout.Whole => $"left < 4 || {Source.Reader}.Load<int>(ref at, 0) != -1",
            _ => "left > 0 && at != 255",
        };
        output.Line("/// <inheritdoc/>");
        output.Line(Source.Hidden);
        output.Open($"public static long LengthAt(ref byte at, long left, int depth)");
        output.Line("_ = ViewAt(ref at, left, depth, out var length);");
        output.Line("return length;");
        output.CloseMember();
        output.Line("/// <inheritdoc/>");
        output.Line(Source.Hidden);
        output.Line(Source.Inline);
        output.Open($"public static {view.FullName} ViewAt(ref byte at, long left, int depth, out long length)");
        output.Open($"if ({isThere})");
        output.Line("return HighPerfGenerated.Walk(ref at, left, depth, out length);");
        output.CloseMember();
        output.Line(body.Layout == BodyLayout.Whole ? "length = 4;" : $"length = left > 0 && at == 255 ? 1 : {Source.Reader}.NoLength;");
        output.Line("return default;");
        output.CloseMember();
    }

    private static void Walk(SourceWriter output, ContractBody body, ViewModel view, List<ViewMember> members)
    {
        switch (body.Layout)
        {
            case BodyLayout.Ordinary:
                ViewWalkEmitter.Ordinary(output, view, body, members);
                break;
            case BodyLayout.VersionTolerant:
                ViewWalkEmitter.Tolerant(output, view, body, members);
                break;
            case BodyLayout.Union:
                ViewWalkEmitter.Union(output, view, body, members);
                break;
            default:
                ViewWalkEmitter.Collection(output, view, body, members[0]);
                break;
        }
    }

    /// <summary>What the walk does not take. The object's error names the member and the offset.</summary>
    private static void Other(SourceWriter output, ContractBody body, ViewModel view)
    {
        output.Open($"internal static {view.FullName} ReadOther(scoped ref {Source.Reader} reader)");
        if (body.Layout == BodyLayout.Ordinary)
        {
            output.Line("// A newer version of the contract added members at the end.");
            output.Open($"if (reader.IsNewer({body.Members.Count}))");
            output.Line("var view = Walk(ref reader.Here, reader.Remaining, 0, out var length);");
            output.Open("if (reader.TrySkip(length))");
            output.Line("return view;");
            output.Close();
            output.CloseMember();
        }

        output.Line("// Bad bytes are an error here. An older version wrote fewer members: what is missing has its default in the object, which is written again.");
        output.Line($"return Of({body.TypeName}.Read(ref reader));");
        output.CloseMember();
    }

    private static void Measure(SourceWriter output, CodecEmitter codec, ViewMember member)
    {
        if (!member.Length("0").StartsWith("Member", System.StringComparison.Ordinal))
        {
            return;
        }

        output.Line("// It has no view: it is decoded to get past it.");
        output.Open($"internal static class Member{member.Index}");
        output.Open("internal static long LengthAt(ref byte at, long left, int depth)");
        output.Line($"var reader = new {Source.Reader}({Source.Reader}.Part(ref at, 0, (int)left));");
        output.Open("try");
        output.Line($"_ = {codec.Read(member.Shape)};");
        output.Line("return reader.Position;");
        output.Close();
        output.Open($"catch ({Source.FormatException})");
        output.Line("// Read again as part of the whole, the error says where it is.");
        output.Line($"return {Source.Reader}.NoLength;");
        output.Close();
        output.Close();
        output.CloseMember();
    }

    private static string Nullable(ContractBody body) => body.TypeName + (body.IsValueType ? "" : "?");
}
