using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Generators.Tests;

/// <summary>What the editor does on every keystroke must stay cheap: equal models, cached steps, nothing retained.</summary>
public sealed class IncrementalTests
{
    private static readonly string[] Steps =
    [
        TrackingNames.ParsedTasks, TrackingNames.ParsedEvents, TrackingNames.ParsedDocuments,
        TrackingNames.Tasks, TrackingNames.Events, TrackingNames.Documents, TrackingNames.Table, TrackingNames.Contracts,
        TrackingNames.ParsedPackables, TrackingNames.Packables, TrackingNames.MessageTypes, TrackingNames.Formatters,
    ];

    [Fact]
    public void EqualInputGivesEqualModels()
    {
        var first = Models(Harness.Run(Harness.Compile(Samples.All)));
        var second = Models(Harness.Run(Harness.Compile(Samples.All)));
        Assert.True(first.Count > 10);
        Assert.Equal(first, second);
        Assert.Equal(first.Select(m => m.GetHashCode()), second.Select(m => m.GetHashCode()));
    }

    [Fact]
    public void DifferentInputGivesDifferentModels()
    {
        var first = Models(Harness.Run(Harness.Compile(Samples.Event)));
        var second = Models(Harness.Run(Harness.Compile(Samples.Event.Replace("string? Note", "int Note"))));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void NothingOfTheCompilerIsReachableFromAModel()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var models = Models(Harness.Run(Harness.Compile([.. Samples.All, "[Task] public class NotPartial;"])));
        foreach (var model in models)
        {
            Walk(model, seen, model.GetType().Name);
        }

        Assert.True(seen.Count > 100);
        Assert.Contains(seen, o => o is LocationInfo);
    }

    [Fact]
    public void AnUnrelatedFileChangesNothing()
    {
        var compilation = Harness.Compile([.. Samples.All, "internal class Unrelated { }"]);
        var unrelated = compilation.SyntaxTrees.Last();
        var driver = Harness.Driver().RunGenerators(compilation);
        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(unrelated, Harness.Parse("internal class Unrelated { private int _field; }", unrelated.FilePath)));

        var result = driver.GetRunResult().Results.Single();
        foreach (var step in Steps)
        {
            Assert.True(result.TrackedSteps.TryGetValue(step, out var runs), step);
            Assert.All(runs.SelectMany(r => r.Outputs), o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {o.Reason}"));
        }

        var outputs = result.TrackedOutputSteps.Values.SelectMany(s => s).SelectMany(s => s.Outputs).ToList();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"output: {o.Reason}"));
    }

    [Fact]
    public void MovingADeclarationDoesNotWriteItAgain()
    {
        var compilation = Harness.Compile(Samples.Event);
        var tree = compilation.SyntaxTrees.Last();
        var driver = Harness.Driver().RunGenerators(compilation);
        driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, Harness.Parse("// a comment\n" + Samples.Event, tree.FilePath)));

        var result = driver.GetRunResult().Results.Single();
        Assert.Contains(result.TrackedSteps[TrackingNames.ParsedTasks].SelectMany(r => r.Outputs), o => o.Reason == IncrementalStepRunReason.Modified);
        Assert.All(result.TrackedSteps[TrackingNames.Tasks].SelectMany(r => r.Outputs), o => Assert.Equal(IncrementalStepRunReason.Unchanged, o.Reason));
        Assert.All(
            result.TrackedOutputSteps.Values.SelectMany(s => s).SelectMany(s => s.Outputs),
            o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"output: {o.Reason}"));
    }

    [Fact]
    public void TheOrderOfFilesDoesNotMatter()
    {
        var forward = Harness.Generate(Samples.All);
        var backward = Harness.Generate([.. Enumerable.Reverse(Samples.All)]);
        Assert.Equal(forward, backward);
    }

    [Fact]
    public void NoOldCompilationIsRetained()
    {
        var (driver, old) = RunTwice();
        for (var i = 0; i < 10 && old.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(old.IsAlive);
        GC.KeepAlive(driver);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (GeneratorDriver Driver, WeakReference Old) RunTwice()
    {
        var first = Harness.Compile([.. Samples.All, "[Task] public class NotPartial;"]);
        var driver = Harness.Driver().RunGenerators(first);
        var second = first.AddSyntaxTrees(Harness.Parse("internal class Another { }", "Another.cs"));
        driver = driver.RunGenerators(second);
        return (driver, new WeakReference(first));
    }

    private static List<object> Models(GeneratorRunResult result)
        => [.. Steps.SelectMany(s => result.TrackedSteps.TryGetValue(s, out var runs) ? runs.SelectMany(r => r.Outputs).Select(o => o.Value) : [])];

    private static void Walk(object? value, HashSet<object> seen, string path)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return;
        }

        Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Compilation or Location or SemanticModel or Delegate, $"{path} is a {value.GetType()}");
        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Walk(item, seen, path + "[]");
            }
        }

        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer)
                {
                    Walk(field.GetValue(value), seen, path + "." + field.Name);
                }
            }
        }
    }
}
