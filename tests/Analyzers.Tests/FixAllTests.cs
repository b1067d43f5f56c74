namespace HighPerf.Analyzers.Tests;

/// <summary>Fixes for a whole document.</summary>
public sealed class FixAllTests
{
    [Fact]
    public async Task Partial()
        => Assert.Equal(
            "[Task] public partial class A { public void Run() { } }\n[Event] public sealed partial record B(int N);\n",
            await Verifier.FixAllAsync("HP0001", "[Task] public class A { public void Run() { } }\n[Event] public sealed record B(int N);\n", "HP0001"));

    [Fact]
    public async Task Tokens()
        => Assert.Equal(
            "[Task] public partial class A { public async Task Run(CancellationToken stop) { await Task.Delay(1, stop);\nawait Task.Delay(2, stop); } }\n",
            await Verifier.FixAllAsync("HP0018", "[Task] public partial class A { public async Task Run(CancellationToken stop) { await Task.Delay(1);\nawait Task.Delay(2); } }\n", "PassTokenFix"));

    [Fact]
    public async Task Blocking()
        => Assert.Equal(
            "[Task] public partial class A { public async Task Run() { await Task.Delay(1);\nawait Task.Delay(2);\nawait Task.Yield(); } }\n",
            await Verifier.FixAllAsync("HP0020", "[Task] public partial class A { public async Task Run() { Thread.Sleep(1);\nThread.Sleep(2);\nawait Task.Yield(); } }\n", "Await"));
}
