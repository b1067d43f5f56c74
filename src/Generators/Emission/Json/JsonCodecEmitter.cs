using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>
/// Source that writes and reads a value of a shape as JSON. What takes more than a line becomes a helper method in the nested class HighPerfJson, once per shape. The one
/// place that tells shapes apart: a shape that is not here stops the generator, and a test that knows all shapes names it.
/// </summary>
internal sealed class JsonCodecEmitter(EquatableArray<ContractBody> inlined)
{
    private readonly Dictionary<Shape, int> _numbers = [];
    private readonly List<(Shape Shape, bool Write)> _wanted = [];
    private readonly HashSet<(Shape Shape, bool Write)> _known = [];

    /// <summary>A statement that writes the expression.</summary>
    public string Write(Shape shape, string expression) => shape switch
    {
        _ when IsHelped(shape) => $"{Want(shape, true)}(writer, {expression});",
        FixedShape { Json: JsonStruct } or ContractShape => $"{shape.TypeName}.WriteJson(writer, {expression});",
        FixedShape when JsonPrimitives.TryFind(shape.TypeName, out var write, out _) => $"writer.{write}({expression});",
        TextShape { Kind: TextKind.String or TextKind.Utf16String or TextKind.InternedString } => $"writer.WriteString({expression});",
        TextShape { Kind: TextKind.Uri } => $"writer.WriteString({expression}?.OriginalString);",
        TextShape { Kind: TextKind.Version or TextKind.StringBuilder } => $"writer.WriteString({expression}?.ToString());",
        TextShape { Kind: TextKind.CultureInfo } => $"writer.WriteString({expression}?.Name);",
        TextShape { Kind: TextKind.Bits } => Write(Bits(shape), expression),
        FormatterShape formatter => $"writer.WriteFormatted<{Formatted(formatter)}>({expression});",
        _ => throw Unknown(shape),
    };

    /// <summary>An expression that reads a value; null-forgiving where null is a value.</summary>
    public string Read(Shape shape) => shape.IsReference ? ReadNullable(shape) + "!" : ReadNullable(shape);

    public void EmitHelpers(SourceWriter output)
    {
        // Helpers ask for further helpers while they are written.
        for (var i = 0; i < _wanted.Count; i++)
        {
            var (shape, write) = _wanted[i];
            var number = _numbers[shape];
            var nullable = shape.IsReference ? shape.TypeName + "?" : shape.TypeName;
            output.Open(write
                ? $"internal static void Write{number}({JsonSource.Writer} writer, {nullable} value)"
                : $"internal static {nullable} Read{number}(ref {JsonSource.Reader} reader)");
            if (write)
            {
                WriteBody(output, shape);
            }
            else
            {
                ReadBody(output, shape, "HighPerfJson.Find" + number);
            }

            output.CloseMember();
            if (!write && Named(shape) is { } members)
            {
                JsonMembersEmitter.Find(output, "Find" + number, members);
            }
        }
    }

    private string ReadNullable(Shape shape) => shape switch
    {
        _ when IsHelped(shape) => $"{Want(shape, false)}(ref reader)",
        FixedShape { Json: JsonStruct } or ContractShape => $"{shape.TypeName}.ReadJson(ref reader)",
        FixedShape when JsonPrimitives.TryFind(shape.TypeName, out _, out var read) => $"reader.{read}()",
        TextShape { Kind: TextKind.String or TextKind.Utf16String } => "reader.ReadString()",
        TextShape { Kind: TextKind.Bits } => ReadNullable(Bits(shape)),
        TextShape text => $"reader.Read{text.Kind}()",
        FormatterShape formatter => $"reader.ReadFormatted<{Formatted(formatter)}>()",
        _ => throw Unknown(shape),
    };

    private void WriteBody(SourceWriter output, Shape shape)
    {
        switch (shape)
        {
            case NullableShape or FixedShape { Kind: FixedKind.Nullable }:
                JsonNullableEmitter.Write(output, this, shape);
                break;
            case FixedShape { Json: JsonEnum form }:
                JsonEnumEmitter.Write(output, form);
                break;
            case FixedShape { Json: JsonStruct form }:
                JsonStructEmitter.Write(output, this, shape.TypeName, form);
                break;
            case TupleShape or LazyShape or FixedShape { Kind: FixedKind.Tuple or FixedKind.Pair } or GroupShape { IsLookup: false }:
                JsonPartsEmitter.Write(output, this, shape);
                break;
            case GroupShape group:
                JsonGroupEmitter.Write(output, this, group);
                break;
            case MatrixShape matrix:
                JsonMatrixEmitter.Write(output, this, matrix);
                break;
            case SequenceShape sequence:
                JsonSequenceEmitter.Write(output, this, sequence);
                break;
            case DictionaryShape dictionary:
                JsonDictionaryEmitter.Write(output, this, dictionary);
                break;
            case ContractShape contract:
                JsonBodyEmitter.Write(output, this, Body(contract));
                break;
            default:
                throw Unknown(shape);
        }
    }

    private void ReadBody(SourceWriter output, Shape shape, string find)
    {
        switch (shape)
        {
            case NullableShape or FixedShape { Kind: FixedKind.Nullable }:
                JsonNullableEmitter.Read(output, this, shape);
                break;
            case FixedShape { Json: JsonEnum form }:
                JsonEnumEmitter.Read(output, shape.TypeName, form);
                break;
            case FixedShape { Json: JsonStruct form }:
                JsonStructEmitter.Read(output, this, shape.TypeName, form, find);
                break;
            case TupleShape or LazyShape or FixedShape { Kind: FixedKind.Tuple or FixedKind.Pair } or GroupShape { IsLookup: false }:
                JsonPartsEmitter.Read(output, this, shape, find);
                break;
            case GroupShape group:
                JsonGroupEmitter.Read(output, this, group);
                break;
            case MatrixShape matrix:
                JsonMatrixEmitter.Read(output, this, matrix);
                break;
            case SequenceShape sequence:
                JsonSequenceEmitter.Read(output, this, sequence);
                break;
            case DictionaryShape dictionary:
                JsonDictionaryEmitter.Read(output, this, dictionary);
                break;
            case ContractShape contract:
                JsonBodyEmitter.Read(output, this, Body(contract), find);
                break;
            default:
                throw Unknown(shape);
        }
    }

    /// <summary>What takes more than a line.</summary>
    private static bool IsHelped(Shape shape) => shape is FixedShape { Kind: FixedKind.Nullable or FixedKind.Tuple or FixedKind.Pair }
        or FixedShape { Json: JsonEnum or JsonStruct { IsContract: false } }
        or ContractShape { Inlined: true } or NullableShape or TupleShape or LazyShape or GroupShape or MatrixShape or SequenceShape or DictionaryShape;

    /// <summary>The members that a helper's reader looks for by name; null where it looks for none.</summary>
    private IReadOnlyList<MemberModel>? Named(Shape shape) => shape switch
    {
        FixedShape { Kind: not FixedKind.Nullable, Json: JsonStruct { IsComplete: true } form } => form.Members,
        TupleShape or LazyShape or FixedShape { Kind: FixedKind.Tuple or FixedKind.Pair } or GroupShape { IsLookup: false } => JsonPartsEmitter.Parts(shape),
        ContractShape contract => JsonBodyEmitter.Named(Body(contract)),
        _ => null,
    };

    private ContractBody Body(ContractShape shape) => inlined.First(b => b.TypeName == shape.TypeName);

    private static SequenceShape Bits(Shape shape) => new(shape.TypeName, SequenceKind.Array, FixedShape.Of("bool", FixedKind.Boolean, 1, 1), "bool");

    private static string Formatted(FormatterShape shape) => $"{shape.TypeName}, {shape.Formatter}";

    private string Want(Shape shape, bool write)
    {
        if (!_numbers.ContainsKey(shape))
        {
            _numbers.Add(shape, _numbers.Count);
        }

        if (_known.Add((shape, write)))
        {
            _wanted.Add((shape, write));
        }

        return $"HighPerfJson.{(write ? "Write" : "Read")}{_numbers[shape]}";
    }

    private static InvalidOperationException Unknown(Shape shape) => new($"The JSON of {shape.GetType().Name} '{shape.TypeName}' is not written yet.");
}
