using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Tests;

/// <summary>Edit after edit, the driver that remembers gives what one gives that does not. That it can fail was tried: without the chains of names, the headers or the members that others see it does, at once.</summary>
public sealed class RandomEditTests
{
    private static readonly (string Path, string Text)[] Files =
    [
        ("Globals.cs", "global using Amount = Shop.Quantity;\nglobal using static Shop.Numbers;\n[assembly: MessageType(typeof(List<Shop.Line>))]\n[assembly: Formatter<Shop.UpperFormatter>]"),
        ("Order.cs", "namespace Shop; [Event] public sealed partial record Order(int Id, Place Place, Line[] Lines) { public Shop.Amounts? Amounts { get; set; } }"),
        ("Line.cs", "namespace Shop; [Document(Version = Limits.Version)] public sealed partial record Line(string Text, Kind Kind) { [Upcast(1)] internal static Line From(OldLine old) => new(old.Text, Kind.Small); }"),
        ("OldLine.cs", "namespace Shop; [Document] public sealed partial record OldLine(string Text);"),
        ("Place.cs", "namespace Shop; public struct Place { public int Row; public Size Size; public Kind Kind { get; set; } }"),
        ("Size.cs", "namespace Shop; public partial struct Size { public long Height; }"),
        ("Size2.cs", "namespace Shop; public partial struct Size { public int Get() { return 1; } }"),
        ("Kind.cs", "namespace Shop; public enum Kind : short { Small, Large = Limits.Large }"),
        ("Names.cs", "namespace Shop; public static class Names { public const string Send = Prefixes.Shop + \".send\"; }"),
        ("Limits.cs", "namespace Shop; public static class Limits { public const int Attempts = 3; public const int Version = 2; public const short Large = 4; }"),
        ("Prefixes.cs", "namespace Shop; public static class Prefixes { public const string Shop = \"shop\"; }"),
        ("Numbers.cs", "namespace Shop; public static class Numbers { public const string QueueName = \"numbers\"; public const int Five = 5; }"),
        ("Quantity.cs", "namespace Shop; public struct Quantity { public int N; }"),
        ("Amounts.cs", "namespace Shop; [Document] public partial class Amounts : Base { public Amount A { get; set; } public Box<Size>? Box { get; set; } }"),
        ("Base.cs", "namespace Shop; public abstract class Base : Deeper { public int Id { get; set; } public int Twice() { return Id * 2; } }"),
        ("Deeper.cs", "namespace Shop; public abstract class Deeper { public string? Name { get; set; } public int Thrice() => 3; }"),
        ("Box.cs", "namespace Shop; [Document] public partial class Box<T> { public T? Value { get; set; } public Kind Kind { get; set; } }"),
        ("Shapes.cs", "namespace Shop; [Document, Union(0, typeof(Circle)), Union(Numbers.Five, typeof(Square))] public partial interface IShape { }"),
        ("Circle.cs", "namespace Shop; [Document] public partial record Circle(double Radius) : IShape;"),
        ("Square.cs", "namespace Shop; [Document] public partial class Square : IShape { public Size Side { get; set; } [Formatter<UpperFormatter>] public string? S { get; set; } }"),
        ("Upper.cs", "namespace Shop; public struct UpperFormatter : IMessageFormatter<Version> { public static void Write(ref MessageWriter writer, Version? value) { } public static Version? Read(ref MessageReader reader) => null; }"),
        ("Send.cs", "namespace Shop.Work; [Task(Names.Send, Queue = QueueName, MaxAttempts = Limits.Attempts)] public sealed partial class Send(Service service) { public void Run(Order order, int n = Limits.Attempts, Kind kind = Kind.Small, Size size = default) { service.Sum(n); } }"),
        ("Send2.cs", "namespace Shop.Work; public sealed partial class Send { public int Other(int a) { return a; } }"),
        ("Look.cs", "namespace Shop.Work; [Task, Subscribe<Order>] public sealed partial class Look : Worker { public Shop.Line Run(OrderView order) => null!; }"),
        ("Worker.cs", "namespace Shop.Work; public abstract class Worker(string? text = null) { public string? Log() { return text; } }"),
        ("Ping.cs", "namespace Shop.Work; [Task] public sealed partial class Ping { public Task<IShape?> RunAsync(IShape? shape, Version v) { return Task.FromResult(shape); } }"),
        ("Service.cs", "namespace Shop.Work; public class Service(string text) { public int Sum(int a) { return a + text.Length; } }"),
        ("Elsewhere.cs", "namespace Shop.Work; internal class Elsewhere { public void M() { Console.WriteLine(1); } }"),
        ("Program.cs", "namespace Tools; internal static class Tool { private static readonly int s_n = 1; public static int N(string text) { return s_n + text.Length; } }"),
    ];

    private static bool IsDocumentation(Diagnostic diagnostic) => diagnostic.Id == "CS1591";

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void WhatIsRememberedIsWhatWouldBeParsed(int seed)
    {
        var edits = new RandomEdits(seed);
        var session = new Session(Files);
        Assert.Empty(session.Compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error && !d.GetMessage().Contains("OrderView", StringComparison.Ordinal) && !IsDocumentation(d)).Select(static d => d.ToString()));
        var last = new List<string>();
        var (parsed, asked) = (0, 0);
        for (var i = 0; i < 200; i++)
        {
            last.Add(edits.Make(session, Files));
            var difference = session.Difference();
            Assert.True(difference is null, $"edit {i}: {difference}\n{string.Join('\n', last.TakeLast(5))}");
            parsed += session.Parsed.Count;
            asked += session.Asked;
        }

        // Much of this hangs together, and much is wrong at times. That nothing is remembered would be no test.
        Assert.InRange(parsed, asked / 10, asked * 9 / 10);
    }
}
