namespace HighPerf.Analyzers.Tests;

/// <summary>Code fixes for what the generator reports; hits and near misses of those are in the generator's tests.</summary>
public sealed class GeneratorFixTests
{
    [Theory]
    [InlineData("HP0001", "[Task] public class C { public void Run() { } }", "[Task] public partial class C { public void Run() { } }")]
    [InlineData("HP0001", "[Event] sealed record C(int N);", "[Event] sealed partial record C(int N);")]
    [InlineData("HP0001", "// why\n[Event]\nrecord struct C(int N);\n", "// why\n[Event]\npartial record struct C(int N);\n")]
    [InlineData("HP0002", "public class A { internal struct B { [Event] public partial record C(int N); } }", "public partial class A { internal partial struct B { [Event] public partial record C(int N); } }")]
    [InlineData("HP0002", "public partial class A { class B { [Event] public partial record C(int N); } }", "public partial class A { partial class B { [Event] public partial record C(int N); } }", false)]
    public Task Partial(string id, string before, string after, bool compiles = true) => Verifier.FixesAsync(id, before, after, compiles: compiles);

    [Theory]
    [InlineData(
        "public sealed class Size { public int Width { get; set; } }\n[Task] public sealed partial class C { public void Run(Size size) { } }",
        "[Document]\npublic sealed partial class Size { public int Width { get; set; } }\n[Task] public sealed partial class C { public void Run(Size size) { } }")]
    [InlineData(
        "namespace N\n{\n    /// <summary>A size.</summary>\n    public sealed record Size(int Width);\n    [Document] public sealed partial record C(Dictionary<string, Size[]>? Sizes);\n}\n",
        "namespace N\n{\n    /// <summary>A size.</summary>\n    [Document]\n    public sealed partial record Size(int Width);\n    [Document] public sealed partial record C(Dictionary<string, Size[]>? Sizes);\n}\n")]
    [InlineData(
        "public sealed record Size(int Width);\n[Task] public sealed partial class C { public ValueTask<Size> Run() => default; }",
        "[Document]\npublic sealed partial record Size(int Width);\n[Task] public sealed partial class C { public ValueTask<Size> Run() => default; }")]
    public Task ArgumentIsDeclared(string before, string after) => Verifier.FixesAsync("HP0100", before, after, "Document:Size");

    [Fact]
    public async Task WhatIsNotOursCannotBeDeclared()
    {
        var document = Verifier.Document("[Task] public sealed partial class C { public void Run(Stream content) { } }");
        Assert.Empty(await Verifier.ActionsAsync(document, Assert.Single(await Verifier.DiagnosticsAsync(document))));
    }

    [Theory]
    [InlineData(
        "public interface IStore;\n[Task] public sealed partial class C { public string? Run(IStore store, int n) => store.ToString(); }",
        "public interface IStore;\n[Task] public sealed partial class C(IStore store) { public string? Run(int n) => store.ToString(); }")]
    [InlineData(
        "public interface IStore;\n[Task]\npublic sealed partial class C(TimeProvider clock)\n{\n    public string? Run(int n, IStore store) => store.ToString() + clock;\n}\n",
        "public interface IStore;\n[Task]\npublic sealed partial class C(TimeProvider clock, IStore store)\n{\n    public string? Run(int n) => store.ToString() + clock;\n}\n")]
    public Task ServiceMovesToTheConstructor(string before, string after) => Verifier.FixesAsync("HP0100", before, after, "ServiceParameterFix");

    [Theory]
    [InlineData("public static string? Run(IStore store) => null;")]
    [InlineData("public C(int n) { } public string? Run(IStore store) => null;")]
    [InlineData("public string? Run(IReadOnlyList<object> list) => null;")]
    public async Task ServiceStaysWhereItCannotMove(string members)
    {
        var document = Verifier.Document($"public interface IStore; [Task] public sealed partial class C {{ {members} }}");
        var diagnostic = Assert.Single(await Verifier.DiagnosticsAsync(document), static d => d.Id == "HP0100");
        Assert.Empty(await Verifier.ActionsAsync(document, diagnostic));
    }

    [Theory]
    [InlineData("HP0100", "[Document] public sealed partial class C { public object? Tag { get; set; } }", "[Document] public sealed partial class C { [IgnoreMember] public object? Tag { get; set; } }")]
    [InlineData("HP0100", "[Document] public sealed partial class C\n{\n    // ours\n    public Action? Then;\n}\n", "[Document] public sealed partial class C\n{\n    // ours\n    [IgnoreMember]\n    public Action? Then;\n}\n")]
    [InlineData("HP0103", "[Document] public sealed partial record C(int N) { public int Twice => N * 2; }", "[Document] public sealed partial record C(int N) { [IgnoreMember] public int Twice => N * 2; }")]
    public Task MemberIsIgnored(string id, string before, string after) => Verifier.FixesAsync(id, before, after, "IgnoreMemberFix");

    [Theory]
    [InlineData("HP0010", "[Event(\"n\")] public sealed partial record A(int N); [Event(\"n\")] public sealed partial record B(int N);", "[Event(\"n\")] public sealed partial record A(int N); [Event] public sealed partial record B(int N);")]
    [InlineData("HP0010", "[Event(\"n\")] public sealed partial record A(int N); [Task(\"n\", MaxAttempts = 2)] public sealed partial class B { public void Run() { } }", "[Event(\"n\")] public sealed partial record A(int N); [Task(MaxAttempts = 2)] public sealed partial class B { public void Run() { } }")]
    [InlineData("HP0010", "[Event] public sealed partial record A(int N); [Event(Aliases = [\"A\", \"C\"])] public sealed partial record B(int N);", "[Event] public sealed partial record A(int N); [Event(Aliases = [\"C\"])] public sealed partial record B(int N);")]
    [InlineData("HP0010", "[Event] public sealed partial record A(int N); [Event(Aliases = new[] { \"C\", \"A\" })] public sealed partial record B(int N);", "[Event] public sealed partial record A(int N); [Event(Aliases = new[] { \"C\" })] public sealed partial record B(int N);")]
    [InlineData("HP0011", "[Event(\"8yn0iYCKYHlIj4-BwPqk\")] public sealed partial record A(int N); [Event(\"GReLUrM4wMqfg9yzV3KQ\")] public sealed partial record B(int N);", "[Event(\"8yn0iYCKYHlIj4-BwPqk\")] public sealed partial record A(int N); [Event] public sealed partial record B(int N);")]
    public Task NameIsTakenFromTheType(string id, string before, string after) => Verifier.FixesAsync(id, before, after);

    [Theory]
    [InlineData("[Task] public sealed partial class C { public int Run() => Step(1); private static int Step(int n) => n; }", "[Task] public sealed partial class C { public int Run() => StepCore(1); private static int StepCore(int n) => n; }")]
    [InlineData("[Task] public sealed partial class C { public int Run() => Call; public int Call { get; set; } public int CallValue => 1; }", "[Task] public sealed partial class C { public int Run() => CallValue2; public int CallValue2 { get; set; } public int CallValue => 1; }")]
    [InlineData("[Task] public sealed partial class C { public int Run(int Arguments) => Arguments; }", "[Task] public sealed partial class C { public int Run(int arguments) => arguments; }")]
    [InlineData("[Event] public sealed partial record C(bool Read); public static class D { public static bool Of(C c) => c.Read; }", "[Event] public sealed partial record C(bool IsRead); public static class D { public static bool Of(C c) => c.IsRead; }")]
    [InlineData("[Event] public sealed partial record Write(int N); public static class D { public static Write Of() => new(1); }", "[Event] public sealed partial record WriteMessage(int N); public static class D { public static WriteMessage Of() => new(1); }")]
    public Task MemberIsRenamed(string before, string after) => Verifier.FixesAsync("HP0012", before, after);

    [Theory]
    [InlineData(
        "public sealed record Placed(int Id);\n[Task, Subscribe<Placed>] public sealed partial class C { public void Run(Placed placed) { } }",
        "[Event]\npublic sealed partial record Placed(int Id);\n[Task, Subscribe<Placed>] public sealed partial class C { public void Run(Placed placed) { } }")]
    public Task SubscribedTypeIsDeclared(string before, string after) => Verifier.FixesAsync("HP0200", before, after, "Event:Placed");

    [Fact]
    public Task SubscriberIsDeclared()
        => Verifier.FixesAsync(
            "HP0202",
            "[Event] public sealed partial record Placed(int Id);\n[Subscribe<Placed>]\npublic sealed class C { public void Run(Placed placed) { } }\n",
            "[Event] public sealed partial record Placed(int Id);\n[Task]\n[Subscribe<Placed>]\npublic sealed partial class C { public void Run(Placed placed) { } }\n");

    [Theory]
    [InlineData("HP0014", "[Task] public sealed partial class C { public int Run(params int[] n) => n.Length; }", "[Task] public sealed partial class C { public int Run(int[] n) => n.Length; }")]
    [InlineData("HP0014", "[Task] public sealed partial class C { public int Run(int a, ref int n) => n; }", "[Task] public sealed partial class C { public int Run(int a, int n) => n; }")]
    [InlineData("HP0016", "[Task] public sealed partial class C { public async void Run() { await Task.Yield(); } }", "[Task] public sealed partial class C { public async ValueTask Run() { await Task.Yield(); } }")]
    public Task MethodBecomesOrdinary(string id, string before, string after) => Verifier.FixesAsync(id, before, after);
}
