using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>
/// Source that writes and reads a value of a shape. What takes more than a line becomes a helper method in the nested class HighPerfGenerated, once per shape;
/// <see cref="EmitHelpers"/> writes those that were asked for.
/// </summary>
internal sealed class CodecEmitter(EquatableArray<ContractBody> inlined)
{
    private readonly Dictionary<Shape, int> _numbers = [];
    private readonly List<(Shape Shape, Helper Helper)> _wanted = [];
    private readonly HashSet<(Shape Shape, Helper Helper)> _known = [];

    /// <summary>A statement that writes the expression.</summary>
    public string Write(Shape shape, string expression) => shape switch
    {
        FixedShape fixedShape => Store(fixedShape, $"writer.Reserve({fixedShape.Size})", "0", expression),
        TextShape { Kind: TextKind.InternedString } => $"writer.WriteString({expression});",
        TextShape text => $"writer.Write{text.Kind}({expression});",
        ContractShape { Inlined: false } => $"{shape.TypeName}.Write(ref writer, {expression});",
        FormatterShape formatter => $"{Want(formatter, Helper.Write)}(ref writer, {expression});",
        _ => $"{Want(shape, Helper.Write)}(ref writer, {expression});",
    };

    /// <summary>An expression that reads a value; null-forgiving where null is a value.</summary>
    public string Read(Shape shape) => shape.IsReference ? ReadNullable(shape) + "!" : ReadNullable(shape);

    /// <summary>A statement that stores the expression in a run.</summary>
    public string Store(FixedShape shape, string run, string offset, string expression)
        => shape.HasHelper ? $"{Want(shape, Helper.Store)}(ref {run}, {offset}, {expression});" : $"{Source.Writer}.Store(ref {run}, {offset}, {expression});";

    /// <summary>An expression that loads a value from a run.</summary>
    public string Load(FixedShape shape, string run, string offset) => shape switch
    {
        { Kind: FixedKind.Plain } => $"{Source.Reader}.Load<{shape.TypeName}>(ref {run}, {offset})",
        { HasHelper: true } => $"{Want(shape, Helper.Load)}(ref {run}, {offset})",
        _ => $"{Source.Reader}.Load{shape.Kind}(ref {run}, {offset})",
    };

    public void EmitHelpers(SourceWriter output)
    {
        // Helpers ask for further helpers while they are written.
        for (var i = 0; i < _wanted.Count; i++)
        {
            var (shape, helper) = _wanted[i];
            HelperEmitter.Emit(output, this, shape, helper, Name(shape, helper));
        }
    }

    public bool HasHelpers => _wanted.Count > 0;

    /// <summary>The body of a contract that is read and written by helpers.</summary>
    public ContractBody Body(ContractShape shape) => inlined.First(b => b.TypeName == shape.TypeName);

    private string ReadNullable(Shape shape) => shape switch
    {
        FixedShape fixedShape => Load(fixedShape, $"reader.Take({fixedShape.Size})", "0"),
        TextShape { Kind: TextKind.Utf16String } => "reader.ReadString()",
        TextShape text => $"reader.Read{text.Kind}()",
        ContractShape { Inlined: false } => $"{shape.TypeName}.Read(ref reader)",
        SequenceShape { Kind: SequenceKind.Array or SequenceKind.ReadOnlyInterface or SequenceKind.Memory or SequenceKind.ReadOnlyMemory, Element: FixedShape { IsPlain: true } } s
            => $"reader.ReadUnmanagedArray<{s.ElementTypeName}>()",
        SequenceShape { Kind: SequenceKind.List or SequenceKind.ListInterface, Element: FixedShape { IsPlain: true } } s => $"reader.ReadUnmanagedList<{s.ElementTypeName}>()",
        _ => $"{Want(shape, Helper.Read)}(ref reader)",
    };

    private string Want(Shape shape, Helper helper)
    {
        if (!_numbers.ContainsKey(shape))
        {
            _numbers.Add(shape, _numbers.Count);
        }

        if (_known.Add((shape, helper)))
        {
            _wanted.Add((shape, helper));
        }

        return "HighPerfGenerated." + Name(shape, helper);
    }

    private string Name(Shape shape, Helper helper) => $"{helper}{_numbers[shape]}";
}
