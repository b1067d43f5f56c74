using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary><c>Call(...)</c> with all arguments and <c>Step(...)</c> with all but the first.</summary>
internal static class CallEmitter
{
    public static void Emit(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        var access = model.Run.IsPublic ? "public" : "internal";
        var call = $"global::HighPerf.TaskCall<{model.Type.FullName}.Arguments, {model.ResultTypeName}>";
        output.Line($"/// <summary>A call of <see cref=\"{model.Type.FullName}\"/>, to be sent.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"{access} static {call} Call({Parameters(model.Arguments)})");
        output.Line($"return new {call}(new {model.Type.FullName}.Arguments({string.Join(", ", model.Arguments.Select(a => a.Name))}));");
        output.CloseMember();
        if (model.Arguments.Count > 0)
        {
            Step(output, codec, model, access);
        }
    }

    private static void Step(SourceWriter output, CodecEmitter codec, TaskModel model, string access)
    {
        var others = model.Arguments.Skip(1).ToList();
        var step = $"global::HighPerf.TaskStep<{model.Arguments[0].TypeName}, {model.ResultTypeName}>";
        output.Line($"/// <summary>A call of <see cref=\"{model.Type.FullName}\"/> whose first argument is the result of the step before it.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"{access} static {step} Step({Parameters(others)})");
        if (others.Count == 0)
        {
            output.Line($"return new {step}(HighPerfGenerated.Task, default, HighPerfGenerated.ReadResult);");
        }
        else
        {
            output.Line($"return HighPerfGenerated.Step({string.Join(", ", others.Select(a => a.Name))});");
        }

        output.CloseMember();
    }

    /// <summary>The body of Step: in the holder, so that its variables cannot have the names of arguments.</summary>
    public static void EmitStep(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        var others = model.Arguments.Skip(1).ToList();
        if (others.Count == 0)
        {
            return;
        }

        var step = $"global::HighPerf.TaskStep<{model.Arguments[0].TypeName}, {model.ResultTypeName}>";
        output.Open($"internal static {step} Step({string.Join(", ", others.Select((a, i) => $"{a.TypeName} a{i}"))})");
        output.Line("var buffer = global::HighPerf.BufferPool.Shared.Rent();");
        output.Open("try");
        output.Line($"var writer = new {Source.Writer}(buffer);");
        for (var i = 0; i < others.Count; i++)
        {
            output.Line(codec.Write(others[i].Shape, $"a{i}"));
        }

        output.Line("writer.Flush();");
        output.Line($"return new {step}(Task, buffer.Span, ReadResult);");
        output.Close();
        output.Open("finally");
        output.Line("buffer.Return();");
        output.Close();
        output.CloseMember();
    }

    private static string Parameters(IEnumerable<ArgumentModel> arguments)
        => string.Join(", ", arguments.Select(a => $"{a.TypeName} {a.Name}{(a.DefaultValue is null ? "" : " = " + a.DefaultValue)}"));
}
