using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Generators.Tests;

/// <summary>A keystroke parses what it can have changed and nothing else; what was remembered is what would be parsed now. Each rule was taken away once, and one of these failed.</summary>
public sealed class MemoTests
{
    private const string Service = "namespace Shop; public class Service { private int _sum; public Service(int n) { _sum = n; } public int Sum(int a) { return a + _sum; } public int Twice() => _sum; }";

    private static readonly (string Path, string Text)[] Files =
    [
        ("Order.cs", "namespace Shop; [Event] public sealed partial record Order(int Id, Place Place, Line[] Lines);"),
        ("Line.cs", "namespace Shop; [Document] public sealed partial record Line(string Text, Kind Kind);"),
        ("Place.cs", "namespace Shop; public struct Place { public int Row; public Size Size; }"),
        ("Size.cs", "namespace Shop; public struct Size { public long Height; }"),
        ("Kind.cs", "namespace Shop; public enum Kind { Small, Large }"),
        ("Names.cs", "namespace Shop; public static class Names { public const string Send = Prefixes.Shop + \".send\"; } public static class Limits { public const int Attempts = 3; }"),
        ("Prefixes.cs", "namespace Shop; public static class Prefixes { public const string Shop = \"shop\"; }"),
        ("Send.cs", "namespace Shop; [Task(Names.Send)] public sealed partial class Send(Service service) { public void Run(Order order, int n = Limits.Attempts) { service.Sum(n); } }"),
        ("Parts.cs", "namespace Shop; public sealed partial class Send { public int Other(int a) { return a; } }"),
        ("View.cs", "namespace Shop; [Task] public sealed partial class Look { public void Run(OrderView order) { } }"),
        ("Ping.cs", "namespace Shop; [Task] public sealed partial class Ping { public void Run() { } }"),
        ("Service.cs", Service),
        ("Elsewhere.cs", "namespace Shop; internal class Elsewhere { public void M() { } } internal enum Colour { Red }"),
    ];

    [Theory]
    [InlineData("Elsewhere.cs", "M() { }", "M() { var n = 1; n++; }", "")]
    [InlineData("Elsewhere.cs", "public void M", "private int _field; public void M", "")]
    [InlineData("Elsewhere.cs", "{ Red }", "{ Red, Green = 5 }", "")]
    [InlineData("Service.cs", "return a + _sum;", "/* twice */ return a + a;", "")]
    [InlineData("Service.cs", "public int Twice", "public int Thrice", "Send")]
    [InlineData("Parts.cs", "return a;", "return a + 1;", "Send")]
    [InlineData("Ping.cs", "Run() { }", "Run() { Thread.Yield(); }", "Ping")]
    [InlineData("Ping.cs", "Run() { }", "Run(int n) { }", "Ping")]
    [InlineData("Line.cs", "string Text", "string? Text", "Line,Look,Order,Send")]
    public void AnEditParsesOnlyWhatItCanHaveChanged(string path, string before, string after, string parsed)
    {
        var session = new Session(Files);
        session.Replace(path, before, after);
        Assert.Equal(parsed, string.Join(',', session.Parsed.Order(StringComparer.Ordinal)));
        Assert.Null(session.Difference());

        // And so does the way back.
        session.Replace(path, after, before);
        Assert.Equal(parsed, string.Join(',', session.Parsed.Order(StringComparer.Ordinal)));
        Assert.Null(session.Difference());
    }

    [Theory]
    [InlineData("Size.cs", "long Height", "int Height")]
    [InlineData("Size.cs", "public long", "private System.IDisposable? _o; public long")]
    [InlineData("Kind.cs", "Small, Large", "Small, Medium, Large")]
    [InlineData("Kind.cs", "enum Kind", "enum Kind : byte")]
    [InlineData("Prefixes.cs", "\"shop\"", "\"store\"")]
    [InlineData("Names.cs", "Attempts = 3", "Attempts = 4")]
    [InlineData("Parts.cs", "public int Other", "public Send() : this(null!) { } public int Other")]
    [InlineData("Parts.cs", "int Other", "int Call")]
    [InlineData("Order.cs", "[Event]", "[Event(\"renamed\")]")]
    [InlineData("Order.cs", "int Id", "long Id")]
    [InlineData("Elsewhere.cs", "internal enum", "namespace Inner { } internal enum")]
    [InlineData("Elsewhere.cs", "internal class", "public class OrderView { } internal class")]
    public void WhatAnEditChangesIsSeen(string path, string before, string after)
    {
        var session = new Session(Files);
        var first = session.Compilation;
        session.Replace(path, before, after);
        Assert.Null(session.Difference());
        Assert.NotEmpty(session.Parsed);

        // A branch: another compilation that comes from the first one, and the first one itself.
        session.Run(first.ReplaceSyntaxTree(first.SyntaxTrees.Single(static t => t.FilePath == "Ping.cs"), Harness.Parse("[Task] public partial class Ping { public int Run(int n) => n; }", "Ping.cs")));
        Assert.Null(session.Difference());
        session.Run(first);
        Assert.Null(session.Difference());
    }

    [Fact]
    public void ATypeNearerInScopeIsSeen()
    {
        var session = new Session([("Outer.cs", "public struct Size { public int N; }"), ("Use.cs", "namespace Shop.Inner; [Document] public partial record Use(Size Size);"), ("More.cs", "namespace Shop { }")]);
        session.Edit("More.cs", "namespace Shop { public struct Size { public long N; } }");
        Assert.Null(session.Difference());
    }

    [Fact]
    public void GlobalUsingsLeadToWhatTheyName()
    {
        var session = new Session([.. Files, ("Globals.cs", "global using Amount = Shop.Quantity;\nglobal using static Shop.Numbers;"), ("Quantity.cs", "namespace Shop; public struct Quantity { public int N; }"),
            ("Numbers.cs", "namespace Shop; public static class Numbers { public const string Name = \"n\"; }"), ("Use.cs", "namespace Shop; [Document(Name)] public partial record Use(Amount Amount, string S);")]);
        session.Replace("Quantity.cs", "int N", "long N");
        Assert.Null(session.Difference());
        session.Replace("Numbers.cs", "\"n\"", "\"m\"");
        Assert.Null(session.Difference());
        session.Replace("Globals.cs", "Shop.Quantity", "System.Int32");
        Assert.Null(session.Difference());
    }

    [Fact]
    public void WhatTheLanguageNamesItselfIsSeen()
    {
        var session = new Session([("Pair.cs", "namespace System { public struct ValueTuple<T1, T2> { public T1 Item1; public T2 Item2; public int Rest; } }"), ("Use.cs", "[Document] public partial record Use((int, long) Pair);")]);
        session.Replace("Pair.cs", "public int Rest", "public string Rest");
        Assert.Null(session.Difference());
        Assert.NotEmpty(session.Parsed);
    }

    [Fact]
    public void AFormatterThatIsFoundByLookingThroughTheAssemblyIsSeen()
    {
        const string Attribute = "namespace MemoryPack; public sealed class MemoryPackUnionFormatterAttribute(System.Type type) : System.Attribute { public System.Type Type => type; }";
        var session = new Session([("Attribute.cs", Attribute), ("Shape.cs", "public interface IShape { }"), ("Formatter.cs", "public partial class ShapeFormatter { }"),
            ("Raw.cs", "[Document] public partial struct Raw { private int _n; public IShape? Shape => null; }")]);
        session.Replace("Formatter.cs", "public partial", "[MemoryPack.MemoryPackUnionFormatter(typeof(IShape))] public partial");
        Assert.Null(session.Difference());
        session.Replace("Attribute.cs", "System.Type type)", "object[] type)");
        Assert.Null(session.Difference());
    }

    [Fact]
    public void PlacesInOtherFilesMove()
    {
        var session = new Session([("One.cs", "[Task] public partial class C { }"), ("Two.cs", "public partial class C { private void A() { } public void Run() { } public void RunAsync() { } }")]);
        session.Replace("Two.cs", "A() { }", "A() { A(); A(); }");
        Assert.Null(session.Difference());
    }

    [Fact]
    public void ANullableDirectiveIsSeen()
    {
        var session = new Session([("One.cs", "[Task] public partial class C { }"), ("Two.cs", "public partial class C {\n public void Run(string text) { } }")]);
        session.Replace("Two.cs", "{\n", "{\n#nullable disable\n");
        Assert.Null(session.Difference());
        session.Replace("Two.cs", "#nullable disable\n", "");
        session.Edit("Two.cs", "// <auto-generated/>\n" + session.Text("Two.cs"));
        Assert.Null(session.Difference());
    }

    [Fact]
    public void AnAttributeIsKnownByItsShortName()
    {
        var session = new Session([("Attribute.cs", "namespace MemoryPack; public sealed class MemoryPackOrderAttribute(int order) : System.Attribute { public object Order => order; }"),
            ("Use.cs", "[Document] public partial class Use { [MemoryPack.MemoryPackOrder(2)] public int A; [MemoryPack.MemoryPackOrder(1)] public long B; }")]);
        session.Replace("Attribute.cs", "int order", "long order");
        Assert.Null(session.Difference());
    }

    [Fact]
    public void AParameterThatBecomesAFieldIsSeen()
    {
        var session = new Session([("Part.cs", "public partial struct Part(string text) { public int N = text.Length; public int M() { return 1; } }"), ("Use.cs", "[Document] public partial class Use { public Part Part; }")]);
        session.Replace("Part.cs", "return 1", "return text.Length");
        Assert.Null(session.Difference());

        session = new Session([("Base.cs", "public class Base(int n) { public int M() { return 1; } }"), ("Use.cs", "[Task] public partial class Use() : Base(1) { public void Run() { } }")]);
        session.Replace("Base.cs", "return 1", "return n++");
        Assert.Null(session.Difference());

        session = new Session([("Base.cs", "public partial class Base(int n);"), ("Base2.cs", "public partial class Base { public int M() { return 1; } }"), ("Use.cs", "[Task] public partial class Use() : Base(1) { public void Run() { } }")]);
        session.Replace("Base2.cs", "return 1", "return n++");
        Assert.Null(session.Difference());
    }

    [Fact]
    public void TheOrderOfFilesIsSeen()
    {
        var session = new Session([("One.cs", "[Document] public partial class C { public int A; }"), ("Two.cs", "public partial class C { public string B = \"\"; }"), ("Three.cs", "public partial class C { public long D; }")]);
        var two = session.Compilation.SyntaxTrees.Single(static t => t.FilePath == "Two.cs");
        session.Run(session.Compilation.RemoveSyntaxTrees(two).AddSyntaxTrees(two));
        Assert.Null(session.Difference());
    }

    [Fact]
    public void ReferencesAndOptionsAreSeen()
    {
        var session = new Session([.. Files, ("Use.cs", "[Document] public partial record Use(Foreign.Thing Thing, List<string?> Texts);")]);
        MetadataReference Foreign(string type) => CSharpCompilation.Create(
            "Foreign", [Harness.Parse($"namespace Foreign {{ public enum Thing : {type} {{ A }} }}", "")], Harness.Compile().References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).ToMetadataReference();
        var reference = Foreign("int");
        session.Run(session.Compilation.AddReferences(reference));
        Assert.Null(session.Difference());
        session.Run(session.Compilation.ReplaceReference(reference, Foreign("long")));
        Assert.Null(session.Difference());
        session.Run(session.Compilation.WithOptions(session.Compilation.Options.WithNullableContextOptions(NullableContextOptions.Disable)));
        Assert.Null(session.Difference());
        session.Run(session.Compilation.WithAssemblyName("Other"));
        Assert.Null(session.Difference());
    }

    [Fact]
    public void AFailedParseIsNotRemembered()
    {
        var session = new Session(Files);
        using var cancelled = new CancellationTokenSource();
        var driver = (GeneratorDriver)CSharpGeneratorDriver.Create(
            [new HighPerfGenerator { Parsing = _ => cancelled.Cancel() }.AsSourceGenerator()], parseOptions: Harness.ParseOptions);
        Assert.ThrowsAny<OperationCanceledException>(() => driver.RunGenerators(session.Compilation, cancelled.Token));
        Assert.Equal(
            Harness.Run(session.Compilation).GeneratedSources.Select(static s => s.HintName),
            driver.RunGenerators(session.Compilation).GetRunResult().Results.Single().GeneratedSources.Select(static s => s.HintName));
    }
}
