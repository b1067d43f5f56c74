using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

/// <summary>The nested struct Arguments and how it is written and read.</summary>
internal static class ArgumentsEmitter
{
    public static void Emit(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        var access = model.Run.IsPublic ? "public" : "internal";
        var self = model.Type.FullName + ".Arguments";
        output.Line($"/// <summary>The arguments of <see cref=\"{model.Type.FullName}\"/>: what its message carries.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"{access} readonly partial struct Arguments : global::HighPerf.ITaskArguments<{self}, {model.ResultTypeName}>");
        foreach (var argument in model.Arguments)
        {
            output.Line($"public readonly {argument.TypeName} {argument.Name};");
        }

        if (model.Arguments.Count > 0)
        {
            output.Line();
            output.Open($"public Arguments({string.Join(", ", model.Arguments.Select(a => $"{a.TypeName} {a.Name}"))})");
            foreach (var argument in model.Arguments)
            {
                output.Line($"this.{argument.Name} = {argument.Name};");
            }

            output.CloseMember();
        }

        output.Line($"static global::HighPerf.TaskDescriptor global::HighPerf.ITaskArguments<{self}>.Task => HighPerfGenerated.Task;");
        output.Line();
        output.Open($"static void global::HighPerf.ITaskArguments<{self}>.Write(ref {Source.Writer} writer, in {self} arguments)");
        MemberListEmitter.Write(output, codec, model.Arguments.Select(a => (a.Shape, $"arguments.{a.Name}")).ToList(), header: true);
        output.CloseMember();
        output.Line($"static {model.ResultTypeName} global::HighPerf.ITaskArguments<{self}, {model.ResultTypeName}>.ReadResult(ref {Source.Reader} reader) => HighPerfGenerated.ReadResult(ref reader);");
        output.Line();
        output.Line($"static {self} global::HighPerf.ITaskArguments<{self}>.Read(ref {Source.Reader} reader) => HighPerfGenerated.ReadArguments(ref reader);");
        output.Line();
        output.Line($"static void global::HighPerf.ITaskArguments<{self}, {model.ResultTypeName}>.WriteResult(ref {Source.Writer} writer, {model.ResultTypeName} result) => HighPerfGenerated.WriteResult(ref writer, result);");
        output.CloseMember();
    }

    public static void EmitRead(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        var self = model.Type.FullName + ".Arguments";
        var count = model.Arguments.Count;
        var shapes = model.Arguments.Select(a => a.Shape).ToList();
        var members = model.Arguments.Select(a => new MemberModel(a.Name, a.Shape)).ToList();
        var noted = MemberListEmitter.ReadCount(shapes) > 1;
        output.Open($"internal static {self} ReadArguments(ref {Source.Reader} reader)");
        if (count == 0)
        {
            Header(output, model, "_");
            output.Line($"return new {self}();");
            output.CloseMember();
        }
        else
        {
            MemberListEmitter.TakeObject(output, shapes, "ReadOther(ref reader)");
            if (noted)
            {
                output.Line("var member = 0;");
            }

            output.Open("try");
            MemberListEmitter.ReadAll(output, codec, shapes, [], noted, isTaken: true);
            output.Line($"return new {self}({New(count)});");
            output.Close();
            BodyReadEmitter.Locate(output, model.Message.WireName, members, noted ? "member" : "0", single: false);
            output.CloseMember();
            output.Line("// What another version of the caller sent, and what is cut short: arguments that are not there have their default values.");
            output.Open($"private static {self} ReadOther(ref {Source.Reader} reader)");
            Header(output, model, "var count");
            output.Line("var member = 0;");
            output.Open("try");
            MemberListEmitter.ReadFirst(output, codec, model.Arguments.Select(a => (a.Shape, a.DefaultValue)).ToList(), []);
            output.Line($"return new {self}({New(count)});");
            output.Close();
            BodyReadEmitter.Locate(output, model.Message.WireName, members, "member", single: true);
            output.CloseMember();
        }

        CallEmitter.EmitStep(output, codec, model);
    }

    private static void Header(SourceWriter output, TaskModel model, string count)
    {
        output.Open($"if (!reader.TryReadObjectHeader({model.Arguments.Count}, {Literals.Text(model.Message.WireName)}, out {count}))");
        output.Line($"throw new {Source.FormatException}(\"A command has no arguments object.\", 0);");
        output.CloseMember();
    }

    private static string New(int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"m{i}"));
}
