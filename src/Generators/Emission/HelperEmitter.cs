using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Chooses what writes a helper method.</summary>
internal static class HelperEmitter
{
    public static void Emit(SourceWriter output, CodecEmitter codec, Shape shape, Helper helper, string name)
    {
        switch (helper)
        {
            case Helper.Store:
                FixedEmitter.Store(output, codec, (FixedShape)shape, name);
                return;
            case Helper.Load:
                FixedEmitter.Load(output, codec, (FixedShape)shape, name);
                return;
        }

        if (shape is ContractShape contract)
        {
            Inlined(output, codec, codec.Body(contract), helper, name);
            return;
        }

        var nullable = shape.IsReference ? shape.TypeName + "?" : shape.TypeName;
        var isWrite = helper == Helper.Write;
        output.Open(isWrite ? $"internal static void {name}(ref {Source.Writer} writer, {nullable} value)" : $"internal static {nullable} {name}(ref {Source.Reader} reader)");
        switch (shape)
        {
            case SequenceShape sequence when isWrite:
                SequenceEmitter.Write(output, codec, sequence);
                break;
            case SequenceShape sequence:
                SequenceReadEmitter.Read(output, codec, sequence);
                break;
            case DictionaryShape dictionary when isWrite:
                DictionaryEmitter.Write(output, codec, dictionary);
                break;
            case DictionaryShape dictionary:
                DictionaryEmitter.Read(output, codec, dictionary);
                break;
            case TupleShape tuple when isWrite:
                TupleEmitter.Write(output, codec, tuple);
                break;
            case TupleShape tuple:
                TupleEmitter.Read(output, codec, tuple);
                break;
            case MatrixShape matrix when isWrite:
                MatrixEmitter.Write(output, codec, matrix);
                break;
            case MatrixShape matrix:
                MatrixEmitter.Read(output, codec, matrix);
                break;
            case GroupShape group when isWrite:
                GroupEmitter.Write(output, codec, group);
                break;
            case GroupShape group:
                GroupEmitter.Read(output, codec, group);
                break;
            default:
                SimpleEmitter.Emit(output, codec, shape, isWrite);
                break;
        }

        output.CloseMember();
    }

    private static void Inlined(SourceWriter output, CodecEmitter codec, ContractBody body, Helper helper, string name)
    {
        var type = body.IsValueType ? body.TypeName : body.TypeName + "?";
        if (helper == Helper.Write)
        {
            output.Open($"internal static void {name}(ref {Source.Writer} writer, in {type} value)");
            BodyWriteEmitter.Emit(output, codec, body);
            output.CloseMember();
            return;
        }

        output.Open($"internal static {type} {name}(ref {Source.Reader} reader)");
        BodyReadEmitter.Emit(output, codec, body, name);
        output.CloseMember();
        BodyReadEmitter.EmitOther(output, codec, body, name);
    }
}
