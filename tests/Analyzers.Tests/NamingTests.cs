namespace HighPerf.Analyzers.Tests;

/// <summary>HP0022.</summary>
public sealed class NamingTests
{
    private const string Library = "namespace Lib; [Task(\"charge\", Aliases = [\"pay\"])] public sealed partial class Charge { public void Run() { } } [Event(\"placed\")] public sealed partial record Placed(int Id); [Document] public sealed partial record Page(int N);";

    [Theory]
    [InlineData("[Task(\"charge\")] public sealed partial class [|C|] { public void Run() { } }")]
    [InlineData("[Task(\"pay\")] public sealed partial class [|C|] { public void Run() { } }")]
    [InlineData("[Event(\"placed\")] public sealed partial record [|C|](int N);")]
    [InlineData("[Event(Aliases = [\"placed\"])] public sealed partial record [|C|](int N);")]
    [InlineData("namespace Lib { [Document(\"Lib.Page\")] public sealed partial record [|Sheet|](int N); }")]
    public async Task NameIsInAReference(string source) => await Verifier.HitsAsync("HP0022", source, await Verifier.LibraryAsync("Lib", Library));

    [Theory]
    [InlineData("[Task(\"refund\")] public sealed partial class C { public void Run() { } }")]
    [InlineData("[Task] public sealed partial class Charge { public void Run() { } }")]
    [InlineData("public static class C { public static Lib.Placed Make() => new(1); }")]
    public async Task NameIsFree(string source) => await Verifier.SilentAsync(source, await Verifier.LibraryAsync("Lib", Library));

    [Fact]
    public async Task TwoReferencesHandleOneCommand()
    {
        var one = await Verifier.LibraryAsync("One", "namespace One; [Task(\"charge\")] public sealed partial class Charge { public void Run() { } } [Event(\"placed\")] public sealed partial record Placed(int Id);");
        var two = await Verifier.LibraryAsync("Two", "namespace Two; [Task(\"charge\")] public sealed partial class Charge { public void Run() { } } [Event(\"placed\")] public sealed partial record Placed(int Id);");
        var found = Assert.Single(await Verifier.DiagnosticsAsync(Verifier.Document("public class C;", one, two)));
        Assert.Equal("HP0022", found.Id);
        Assert.Equal("'One.Charge' and 'Two.Charge' of the referenced assembly 'Two' both use the wire name \"charge\": only one of them would be found; give one of them another name in its attribute", found.GetMessage(null));
    }

    [Fact]
    public async Task TheDerivedNameIsTakenByTheFix()
        => await Verifier.FixesAsync(
            "HP0022",
            "[Task(\"charge\", MaxAttempts = 2)] public sealed partial class C { public void Run() { } }",
            "[Task(MaxAttempts = 2)] public sealed partial class C { public void Run() { } }",
            references: await Verifier.LibraryAsync("Lib", Library));
}
