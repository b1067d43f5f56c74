using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Generators.Tests;

/// <summary>What the generator writes compiles in the consumer's project with warnings as errors, nullable on, documentation required.</summary>
public sealed class CompilationTests
{
    public static TheoryData<int> Indexes => new(Enumerable.Range(0, Samples.All.Length));

    [Theory]
    [MemberData(nameof(Indexes))]
    public void CompilesWithoutWarnings(int index) => Assert.Empty(Harness.CompileGenerated(Harness.Compile(Samples.All[index])));

    [Fact]
    public void AllTogether() => Assert.Empty(Harness.CompileGenerated(Harness.Compile(Samples.All)));

    [Fact]
    public void NullableOff()
    {
        const string source = """
            #nullable disable
            namespace Old;
            /// <summary>Old.</summary>
            [Document] public partial class Old { /// <summary>T.</summary>
                public string Text; /// <summary>L.</summary>
                public List<string[]> Lists; }
            /// <summary>Old.</summary>
            [Task] public partial class OldTask { /// <summary>R.</summary>
                public string Run(string text, Old old = null) => text; }
            """;
        Assert.Empty(Harness.CompileGenerated(Harness.Compile(source)));
    }

    [Fact]
    public void TopLevelProgram()
    {
        const string source = """
            Console.WriteLine(Twice.Call(2).Arguments.number);

            /// <summary>A task.</summary>
            [Task] public sealed partial class Twice { /// <summary>R.</summary>
                public int Run(int number) => number * 2; }
            """;
        Assert.Empty(Harness.CompileGenerated(Harness.Compile("my-app 1", OutputKind.ConsoleApplication, source)));
    }

    [Fact]
    public void InternalAndNonPublicRun()
    {
        const string source = """
            [Document] internal sealed partial record Secret(int N);
            [Task] internal sealed partial class Keep { internal Secret Run(Secret secret, int n) => secret; }
            """;
        Assert.Empty(Harness.CompileGenerated(Harness.Compile(source)));
    }

    [Fact]
    public void ViewsShowToOthersWhatOthersSee()
    {
        const string source = """
            /// <summary>A union.</summary>
            [Document, Union(0, typeof(Inner))] public partial interface IOpen;
            [Document] internal sealed partial record Inner(int N, string S) : IOpen;
            internal enum Level { Low, High }
            /// <summary>Members that others do not see.</summary>
            [Document] public sealed partial class Mixed { [IncludeMember] private Level Level { get; set; } [IncludeMember] internal List<Inner>? All { get; set; } }
            /// <summary>Holds it.</summary>
            [Document] public sealed partial record Holder(IOpen Open, Mixed Mixed);
            """;
        Assert.Empty(Harness.CompileGenerated(Harness.Compile(source)));
    }

    [Fact]
    public void ReferencedTableIsRegisteredByAnAssemblyThatDeclaresNothing()
    {
        Harness.Driver().RunGeneratorsAndUpdateCompilation(Harness.Compile("Library", OutputKind.DynamicallyLinkedLibrary, Samples.StatelessTask), out var library, out _);
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        var reference = MetadataReference.CreateFromImage(image.ToArray());

        var app = Harness.Compile("App", OutputKind.DynamicallyLinkedLibrary, "internal static class Nothing;").AddReferences(reference);
        var generated = Assert.Single(Harness.Run(app).GeneratedSources);
        var text = generated.SourceText.ToString();
        Assert.Contains("Register(global::HighPerf.Generated.LibraryDispatchTable.Instance)", text);
        Assert.DoesNotContain("AppDispatchTable", text);
        Assert.Empty(Harness.CompileGenerated(app));
    }

    [Fact]
    public void VersionsAndUpcasts()
    {
        const string source = """
            namespace Shop;
            [Document] internal sealed partial record PlacedV1([MemberName("Id")] int Number);
            [Document] internal readonly partial record struct PlacedV2(int Id, long Total);
            [Event("placed", Version = 3)] internal sealed partial record Placed(string Id, long Total)
            {
                [Upcast(from: 1)] private static Placed First(PlacedV1 old) => new(old.Number.ToString(), 0);
                [Upcast(from: 2)] internal static Placed Second(PlacedV2 old) => new(old.Id.ToString(), old.Total);
            }
            [Document] internal readonly partial record struct CountV1(int n, string? text);
            [Task(Version = 2), Subscribe<Placed>] internal sealed partial class Hear
            {
                public void Run(Placed placed) { }
                [Upcast(from: 1)] private static Arguments From(CountV1 old) => new(new Placed(old.text ?? "", old.n));
            }
            [Task(Version = 2)] internal sealed partial class Count
            {
                public int Run(long n) => (int)n;
                [Upcast(from: 1)] private static Arguments From(CountV1 old) => new(old.n);
            }
            """;
        Assert.Empty(Harness.CompileGenerated(Harness.Compile(source)));
    }

    [Fact]
    public void NothingIsWrittenWhereNothingIsDeclared() => Assert.Empty(Harness.Generate("internal static class Nothing;"));

    [Fact]
    public void HintNamesDoNotClash()
    {
        const string source = """
            namespace A { [Document] public sealed partial record Same(int N); }
            namespace B { [Document] public sealed partial record Same(int N); }
            namespace A { public static partial class Outer { [Document] public sealed partial record Same(int N); [Document] public sealed partial record same(int N); } }
            namespace A.Outer2 { [Task] public sealed partial class Same { public void Run() { } } }
            """;
        // Two files for each of the five declarations, and the dispatch table, the contracts and the contract model.
        Assert.Equal(13, Harness.Generate(source).Count);
    }
}
