using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

/// <summary>The assembly's dispatch table and the module initializer that registers it together with those of the referenced assemblies.</summary>
internal static class TableEmitter
{
    /// <summary>Null when there is nothing to register.</summary>
    public static string? Emit(TableModel model)
    {
        var hasTable = model.Entries.Count > 0;
        if (!hasTable && model.ReferencedTables.Count == 0)
        {
            return null;
        }

        var name = Sanitize(model.AssemblyName);
        var table = name + "DispatchTable";
        var output = new SourceWriter();
        output.Line(Source.Prologue);
        if (hasTable)
        {
            output.Line($"[assembly: global::HighPerf.DispatchTable(typeof(global::HighPerf.Generated.{table}))]");
            output.Line();
        }

        output.Line("namespace HighPerf.Generated;");
        output.Line();
        if (hasTable)
        {
            Table(output, model, table);
        }

        output.Line(Source.GeneratedCode);
        output.Open($"internal static class {name}ModuleInitializer");
        output.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]");
        output.Open("internal static void Initialize()");
        foreach (var one in model.ReferencedTables.Concat(hasTable ? [$"global::HighPerf.Generated.{table}"] : Array.Empty<string>()))
        {
            output.Line($"global::HighPerf.DispatchTables.Register({one}.Instance);");
        }

        output.Close();
        output.Close();
        return output.ToString();
    }

    private static void Table(SourceWriter output, TableModel model, string table)
    {
        var tasks = model.Entries.Where(e => e.IsTask).ToList();
        var messages = model.Entries.Where(e => !e.IsTask).ToList();
        output.Line($"/// <summary>The tasks, events and documents of {model.AssemblyName.Replace("&", "&amp;").Replace("<", "&lt;")}.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"public sealed class {table} : global::HighPerf.DispatchTable");
        output.Open($"private {table}()");
        output.CloseMember();
        output.Line($"public static {table} Instance {{ get; }} = new {table}();");
        output.Line();
        output.Line($"public override string AssemblyName => {Literals.Text(model.AssemblyName)};");
        output.Line();
        output.Line("public override global::System.ReadOnlySpan<global::HighPerf.TaskHandler> Handlers => Declared.Handlers;");
        output.Line();
        output.Line("public override global::System.ReadOnlySpan<global::HighPerf.MessageDescriptor> Messages => Declared.Messages;");
        output.Line();
        output.Line("public override global::System.ReadOnlySpan<global::HighPerf.Subscription> Subscriptions => Declared.Subscriptions;");
        output.Line();
        output.Line("public override global::System.ReadOnlySpan<global::HighPerf.JsonCodec> JsonCodecs => DeclaredJson.Codecs;");
        output.Line();
        Find(output, tasks);
        output.Line("// Created on first use, not when the module is loaded.");
        output.Open("private static class Declared");
        Items(output, "TaskHandler", "Handlers", tasks.Select(t => $"{t.TypeName}.HighPerfGenerated.Handler"));
        Items(output, "MessageDescriptor", "Messages", messages.Select(m => $"DescriptorOf<{m.TypeName}>()"));
        Items(output, "Subscription", "Subscriptions", tasks.Where(t => t.Subscription is not null).SelectMany(Subscriptions));
        output.Open("private static global::HighPerf.MessageDescriptor DescriptorOf<T>() where T : global::HighPerf.IDeclaration");
        output.Line("return T.Descriptor;");
        output.Close();
        output.CloseMember();
        output.Open("private static class DeclaredJson");
        Items(output, "JsonCodec", "Codecs", model.Entries.Select(e => $"{e.TypeName}.HighPerfJson.Codec"));
        output.Close();
        output.CloseMember();
    }

    /// <summary>A subscription under the message's name, and one under each of its former names.</summary>
    private static IEnumerable<string> Subscriptions(TableEntry task)
    {
        var message = $"DescriptorOf<{task.Subscription!.TypeName}>()";
        var former = task.Subscription.Aliases.Select(
            a => $"{message}.Under({Literals.Text(a)})");
        return former.Prepend(message).Select(m => $"new global::HighPerf.Subscription({m}, {task.TypeName}.HighPerfGenerated.Task)");
    }

    private static void Find(SourceWriter output, List<TableEntry> tasks)
    {
        output.Open("public override int Find(ulong nameHash)");
        output.Open("return nameHash switch");
        var seen = new HashSet<ulong>();
        for (var i = 0; i < tasks.Count; i++)
        {
            // A hash that is there twice has been reported; the switch must compile all the same.
            foreach (var name in tasks[i].Aliases.Prepend(tasks[i].WireName).Where(n => seen.Add(Fnv.Hash(n))))
            {
                output.Line($"0x{Fnv.Hash(name):X16}UL => {i}, // {Comment(name)}");
            }
        }

        output.Line("_ => -1,");
        output.Close(";");
        output.CloseMember();
    }

    private static void Items(SourceWriter output, string type, string name, IEnumerable<string> items)
    {
        output.Line($"internal static readonly global::HighPerf.{type}[] {name} =");
        output.Line("[");
        foreach (var item in items)
        {
            output.Line("    " + item + ",");
        }

        output.Line("];");
        output.Line();
    }

    private static string Comment(string name) => new(name.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u0085' ? ' ' : c).ToArray());

    public static string Sanitize(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            text.Append(char.IsLetterOrDigit(c) ? c : '_');
        }

        return text.Length == 0 || char.IsDigit(text[0]) ? "_" + text : text.ToString();
    }
}
