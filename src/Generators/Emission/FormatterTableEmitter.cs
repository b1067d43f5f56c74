using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>What the serializer finds types in: the assembly's contracts, and the types that it names.</summary>
internal static class FormatterTableEmitter
{
    public static string EmitContracts(string assemblyName, IEnumerable<string> contracts)
    {
        var output = new SourceWriter();
        output.Line(Source.Prologue);
        output.Line("namespace HighPerf.Generated;");
        output.Line();
        Table(output, TableEmitter.Sanitize(assemblyName) + "Contracts", contracts.Select(c => (c, $"new global::HighPerf.ContractFormatter<{c}>()")));
        output.Close();
        return output.ToString();
    }

    public static string EmitTypes(string assemblyName, MessageTypesModel model)
    {
        var output = new SourceWriter();
        var codec = new CodecEmitter(model.Inlined);
        output.Line(Source.Prologue);
        output.Line("namespace HighPerf.Generated;");
        output.Line();
        Table(output, TableEmitter.Sanitize(assemblyName) + "MessageTypes", model.Types.Select((t, i) => (t.TypeName, $"new Formatter{i}()")));
        for (var i = 0; i < model.Types.Count; i++)
        {
            var shape = model.Types[i];
            var type = shape.IsReference ? shape.TypeName + "?" : shape.TypeName;
            output.Open($"private sealed class Formatter{i} : global::HighPerf.MessageFormatter<{shape.TypeName}>");
            output.Open($"public override void Write(ref {Source.Writer} writer, in {type} value)");
            output.Line(codec.Write(shape, "value"));
            output.CloseMember();
            output.Open($"public override {type} Read(ref {Source.Reader} reader)");
            output.Line($"return {codec.Read(shape)};");
            output.Close();
            output.CloseMember();
        }

        output.Open("private static class HighPerfGenerated");
        codec.EmitHelpers(output);
        output.Close();
        output.Close();
        return output.ToString();
    }

    private static void Table(SourceWriter output, string name, IEnumerable<(string Type, string Formatter)> entries)
    {
        output.Line(Source.GeneratedCode);
        output.Open($"internal sealed class {name} : global::HighPerf.MessageFormatterTable");
        output.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]");
        output.Open("internal static void Register()");
        output.Line($"Register(new {name}());");
        output.CloseMember();
        output.Open("public override object? Find(global::System.Type type)");
        foreach (var (type, formatter) in entries)
        {
            output.Open($"if (type == typeof({type}))");
            output.Line($"return {formatter};");
            output.CloseMember();
        }

        output.Line("return null;");
        output.CloseMember();
    }
}
