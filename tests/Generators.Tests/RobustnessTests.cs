namespace HighPerf.Generators.Tests;

/// <summary>While somebody types, the source is never right: the generator may report, it must not throw.</summary>
public sealed class RobustnessTests
{
    public static TheoryData<int> Indexes => new(Enumerable.Range(0, Samples.All.Length));

    [Theory]
    [MemberData(nameof(Indexes))]
    public void NoPrefixOfASourceMakesItThrow(int index)
    {
        var source = Samples.All[index];
        for (var length = 1; length < source.Length; length += 23)
        {
            var result = Harness.Run(Harness.Compile(source[..length]));
            Assert.True(result.Exception is null, $"{result.Exception}\n{source[..length]}");
        }
    }

    [Theory]
    [InlineData("[Task] public partial class")]
    [InlineData("[Task(Timeout = 5, MaxAttempts = \"a\", Aliases = null, Queue = typeof(int))] public partial class C { public void Run() { } }")]
    [InlineData("[Task(null)] public partial class C { public Unknown Run(Missing m, ref Gone g) => 1; }")]
    [InlineData("[Event(Aliases = [1, null!])] public partial record C(Missing M, C C, List<Missing> L);")]
    [InlineData("[Event] public partial record C(int A, int A);")]
    [InlineData("[Event] public partial record C : C;")]
    [InlineData("[Document] public partial struct C { public C Self; }")]
    [InlineData("[Document] public partial struct A { public B B; } [Document] public partial struct B { public A A; }")]
    [InlineData("public struct A { public A Left; public A Right; } [Task] public partial class C { public void Run(A a) { } }")]
    [InlineData("[Task, Subscribe<>] public partial class C { public void Run() { } }")]
    [InlineData("[Task, Subscribe<Missing>] public partial class C { public void Run(Missing m) { } }")]
    [InlineData("[Task] public partial class C { public C(ref int x, params Missing[] y) { } public void Run(int a = ) { } }")]
    [InlineData("[Task] [Task] [Event] [Document] public static abstract partial class C<T> where T : C<T> { public T Run<U>(T t, U u) => t; }")]
    public void BrokenDeclarationsDoNotMakeItThrow(string source)
    {
        var result = Harness.Run(Harness.Compile(source));
        Assert.True(result.Exception is null, $"{result.Exception}");
    }
}
