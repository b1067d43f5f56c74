namespace HighPerf.Analyzers.Tests;

/// <summary>Analyzers run while somebody types, and in projects that have nothing to do with them.</summary>
public sealed class RobustnessTests
{
    private const string Source = """
        namespace HighPerf { public sealed class CronAttribute(string e) : System.Attribute { public string E => e; } }
        [Event("placed", Aliases = ["was"])] public sealed partial record Placed(int Id);
        [Task("t", Slot = SlotKind.Io), Cron("0 3 * *"), Subscribe<Placed>]
        public sealed partial class C(TextReader reader)
        {
            private static TextReader? s_reader;
            public async Task<int> RunAsync(TaskContext context, Placed placed, int n = 1)
            {
                s_reader = reader;
                _ = Task.Run(async () => await reader.ReadLineAsync());
                await Task.Delay(millisecondsDelay: n);
                foreach (var t in new[] { Task.FromResult(1) }) { _ = t.Result; }
                Thread.Sleep(TimeSpan.Zero);
                AppDomain.CurrentDomain.ProcessExit += (_, _) => reader.Read();
                return Local(ct => Task.Delay(1).GetAwaiter().GetResult()) + File.ReadAllText("a").Length;
                int Local(Action<CancellationToken> f) => n;
            }
        }
        """;

    [Fact]
    public async Task HalfWrittenSourceIsNoError()
    {
        for (var length = 0; length < Source.Length; length += 11)
        {
            _ = await Verifier.AnalyzeAsync(Source[..length]);
            _ = await Verifier.AnalyzeAsync(Source.Remove(length, Math.Min(5, Source.Length - length)));
        }
    }

    [Fact]
    public async Task AProjectWithoutHighPerfIsLeftAlone()
        => Assert.Empty(await Verifier.AnalyzeAsync("using System; using System.Threading; public sealed class TaskAttribute : Attribute; [Task] public class C { public void Run() => Thread.Sleep(10); }", withRuntime: false));
}
