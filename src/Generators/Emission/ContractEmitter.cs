using HighPerf.Generators.Contracts;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>The generated part of a contract.</summary>
internal static class ContractEmitter
{
    public static string Emit(ContractModel model)
    {
        var output = new SourceWriter();
        var codec = new CodecEmitter(model.Inlined);
        var body = model.Body;
        var name = model.Type.FullName;
        var type = body.IsValueType ? name : name + "?";
        output.Line(Source.Prologue);
        Source.OpenType(output, model.Type, $"global::HighPerf.IMessage<{name}>");
        output.Line(Source.GeneratedCode);
        output.Line("static global::HighPerf.MessageDescriptor global::HighPerf.IDeclaration.Descriptor => HighPerfGenerated.Descriptor;");
        output.Line();
        if (model.IsInterface)
        {
            // An interface implements another's static members explicitly or not at all.
            output.Line(Source.GeneratedCode);
            output.Line($"static void global::HighPerf.IMessage<{name}>.Write(ref {Source.Writer} writer, in {type} value) => {name}.Write(ref writer, value);");
            output.Line();
            output.Line(Source.GeneratedCode);
            output.Line($"static {type} global::HighPerf.IMessage<{name}>.Read(ref {Source.Reader} reader) => {name}.Read(ref reader);");
            output.Line();
        }

        output.Line("/// <summary>Writes a value.</summary>");
        Method(output, $"public static void Write(ref {Source.Writer} writer, in {type} value)");
        BodyWriteEmitter.Emit(output, codec, body);
        output.CloseMember();
        output.Line("/// <summary>Reads a value.</summary>");
        Method(output, $"public static {type} Read(ref {Source.Reader} reader)");
        BodyReadEmitter.Emit(output, codec, body, "Read");
        output.CloseMember();
        UpcastEmitter.Emit(output, model);
        output.Line(Source.Hidden);
        output.Line(Source.GeneratedCode);
        output.Open("internal static class HighPerfGenerated");
        output.Line($"internal static readonly global::HighPerf.MessageDescriptor Descriptor = {DescriptorEmitter.New(model.Message)};");
        output.Line();
        BodyReadEmitter.EmitOther(output, codec, body, "Read");
        codec.EmitHelpers(output);
        output.Close();
        Source.CloseType(output, model.Type);
        if (model.View is not null)
        {
            output.Line();
            ViewEmitter.Emit(output, model, model.View);
        }

        return output.ToString();
    }

    private static void Method(SourceWriter output, string signature)
    {
        output.Line(Source.Hidden);
        output.Line(Source.GeneratedCode);
        output.Open(signature);
    }
}
