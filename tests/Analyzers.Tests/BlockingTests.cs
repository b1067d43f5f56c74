namespace HighPerf.Analyzers.Tests;

/// <summary>HP0020.</summary>
public sealed class BlockingTests
{
    private const string Store = "public interface IStore { Task<int> GetAsync(); ValueTask<int> FastAsync(); Task PutAsync(); Stream Open(); System.Data.Common.DbCommand Command(); int Sum(Func<Task<int>, int> of); }\n";

    [Theory]
    [InlineData("Thread.[|Sleep|](10);")]
    [InlineData("store.PutAsync().[|Wait|]();")]
    [InlineData("store.PutAsync().[|Wait|](1000);")]
    [InlineData("_ = store.GetAsync().[|Result|];")]
    [InlineData("_ = store.FastAsync().[|Result|];")]
    [InlineData("_ = store.GetAsync().GetAwaiter().[|GetResult|]();")]
    [InlineData("_ = store.GetAsync().ConfigureAwait(false).GetAwaiter().[|GetResult|]();")]
    [InlineData("_ = store.FastAsync().AsTask().[|Result|];")]
    [InlineData("Task.[|WaitAll|](store.PutAsync(), store.PutAsync());")]
    [InlineData("Task.[|WaitAny|](store.PutAsync(), store.PutAsync());")]
    [InlineData("_ = File.[|ReadAllText|](\"a\");")]
    [InlineData("File.[|WriteAllBytes|](\"a\", new byte[1]);")]
    [InlineData("using var file = File.OpenRead(\"a\"); _ = file.[|Read|](new byte[1], 0, 1);")]
    [InlineData("using var file = store.Open(); file.[|CopyTo|](new MemoryStream());")]
    [InlineData("using var reader = new StreamReader(\"a\"); _ = reader.[|ReadToEnd|]();")]
    [InlineData("using var http = new System.Net.Http.HttpClient(); _ = http.[|Send|](new System.Net.Http.HttpRequestMessage());")]
    [InlineData("_ = System.Net.Dns.[|GetHostEntry|](\"a\");")]
    [InlineData("store.Command().[|ExecuteNonQuery|]();")]
    [InlineData("using var gate = new SemaphoreSlim(1); gate.[|Wait|]();")]
    [InlineData("new System.Diagnostics.Process().[|WaitForExit|]();")]
    [InlineData("_ = new[] { \"a\" }.Select(f => File.[|ReadAllText|](f)).ToList();")]
    [InlineData("Local(); void Local() => Thread.[|Sleep|](10);")]
    [InlineData("Private(); } private void Private() { Deeper(); } private void Deeper() { Thread.[|Sleep|](10);")]
    [InlineData("_ = new[] { \"a\" }.Select(Read).ToList(); } private static string Read(string name) { return File.[|ReadAllText|](name);")]
    [InlineData("foreach (var t in new[] { store.GetAsync() }) { _ = t.[|Result|]; }")]
    public async Task Blocks(string body)
    {
        await Verifier.HitsAsync("HP0020", Task("[Task]", "void", body));
        await Verifier.HitsAsync("HP0020", Task("[Task(Slot = SlotKind.Io)]", "void", body));
        await Verifier.SilentAsync(Marked.Parse(Task("[Task(Slot = SlotKind.Cpu)]", "void", body)).Source);
    }

    [Theory]
    [InlineData("var one = store.GetAsync(); await one; _ = one.Result;")]
    [InlineData("var one = store.GetAsync(); var two = store.GetAsync(); await Task.WhenAll(one, two); _ = one.Result + two.Result;")]
    [InlineData("var all = new[] { store.GetAsync() }; await Task.WhenAll(all); _ = all.Select(t => t.Result).Sum(); _ = all[0].Result; foreach (var t in all) { _ = t.Result; }")]
    [InlineData("var fast = store.FastAsync(); if (fast.IsCompletedSuccessfully) { _ = fast.Result; }")]
    [InlineData("await foreach (var t in Task.WhenEach(store.GetAsync(), store.GetAsync())) { _ = t.Result; }")]
    [InlineData("await store.GetAsync().ContinueWith(t => t.Result);")]
    [InlineData("_ = Task.FromResult(1).Result; await Task.Yield();")]
    [InlineData("if (store.FastAsync() is { IsCompletedSuccessfully: true, Result: var done }) { _ = done; } await Task.Yield();")]
    [InlineData("var one = store.GetAsync(); _ = nameof(one.Result); await Task.Yield();")]
    [InlineData("var fast = store.FastAsync(); _ = fast.IsCompletedSuccessfully ? fast.Result : await fast;")]
    [InlineData("await Task.Run(() => Thread.Sleep(10));")]
    [InlineData("await Task.Run(Block); } private static void Block() { Thread.Sleep(10);")]
    [InlineData("await Task.Run(() => Block()); } private static void Block() { Thread.Sleep(10);")]
    [InlineData("await Task.Yield(); } private static void NeverCalled() { Thread.Sleep(10);")]
    [InlineData("new Thread(() => Thread.Sleep(10)).Start(); await Task.Yield();")]
    [InlineData("Thread.Sleep(0); await Task.Yield();")]
    [InlineData("using var gate = new SemaphoreSlim(1); if (!gate.Wait(0) || !gate.Wait(TimeSpan.Zero)) { await gate.WaitAsync(CancellationToken.None); }")]
    [InlineData("using var memory = new MemoryStream(); memory.Write(new byte[1], 0, 1); memory.CopyTo(Stream.Null); await Task.Yield();")]
    [InlineData("Stream memory = new MemoryStream(); memory.Flush(); await Task.Yield();")]
    [InlineData("using var zip = new System.IO.Compression.GZipStream(new MemoryStream(), System.IO.Compression.CompressionMode.Compress); zip.Write(new byte[1]); await Task.Yield();")]
    [InlineData("using var reader = new StreamReader(new MemoryStream()); _ = reader.ReadToEnd(); await Task.Yield();")]
    [InlineData("var bytes = new MemoryStream(); using var reader = new StreamReader(bytes); _ = reader.ReadLine(); await Task.Yield();")]
    [InlineData("_ = new StringReader(\"\").ReadToEnd(); await Task.Yield();")]
    [InlineData("_ = File.Exists(\"a\"); File.Delete(\"a\"); await Task.Yield();")]
    [InlineData("_ = new Own().Result; new Own().Wait(); await Task.Yield(); } public sealed class Own { public int Result => 1; public void Wait() { }")]
    public Task DoesNotBlock(string body) => Verifier.SilentAsync(Task("[Task]", "async Task", body));

    [Fact]
    public Task SqliteHasNothingThatDoesNotBlock()
        => Verifier.SilentAsync("namespace Microsoft.Data.Sqlite { public abstract class SqliteCommand : System.Data.Common.DbCommand; } [Task] public sealed partial class C { public void Run() { Of().ExecuteNonQuery(); } private static Microsoft.Data.Sqlite.SqliteCommand Of() => null!; }");

    [Fact]
    public Task OutsideOfATaskNothingIsSaid() => Verifier.SilentAsync("public class C { public void Run() => Thread.Sleep(10); }");

    [Theory]
    [InlineData("Thread.Sleep(10);", "await Task.Delay(10, context.CancellationToken);")]
    [InlineData("store.PutAsync().Wait();", "await store.PutAsync();")]
    [InlineData("_ = store.GetAsync().Result;", "_ = await store.GetAsync();")]
    [InlineData("_ = store.GetAsync().Result.ToString();", "_ = (await store.GetAsync()).ToString();")]
    [InlineData("_ = store.FastAsync().AsTask().GetAwaiter().GetResult();", "_ = await store.FastAsync().AsTask();")]
    [InlineData("Task.WaitAll(store.PutAsync(), store.PutAsync());", "await Task.WhenAll(store.PutAsync(), store.PutAsync());")]
    [InlineData("_ = File.ReadAllText(\"a\").Length;", "_ = (await File.ReadAllTextAsync(\"a\", context.CancellationToken)).Length;")]
    [InlineData("store.Command().ExecuteNonQuery();", "await store.Command().ExecuteNonQueryAsync(context.CancellationToken);")]
    [InlineData("using var gate = new SemaphoreSlim(1); gate.Wait();", "using var gate = new SemaphoreSlim(1); await gate.WaitAsync(context.CancellationToken);")]
    public async Task AwaitsByTheFix(string before, string after)
    {
        await Verifier.FixesAsync("HP0020", Task("[Task]", "async Task", before), Task("[Task]", "async Task", after), "Await");
        await Verifier.FixesAsync("HP0020", Task("[Task]", "void", before), Task("[Task]", "async ValueTask", after), "Await");
    }

    [Fact]
    public Task AResultIsKeptByTheFix()
        => Verifier.FixesAsync(
            "HP0020",
            "[Task]\npublic sealed partial class C\n{\n    public static string Run(string name) => File.ReadAllText(name);\n}\n",
            "[Task]\npublic sealed partial class C\n{\n    public static async ValueTask<string> Run(string name) => await File.ReadAllTextAsync(name);\n}\n",
            "Await");

    [Theory]
    [InlineData("lock (store) { store.PutAsync().Wait(); }")]
    [InlineData("Local(); void Local() => Thread.Sleep(10);")]
    [InlineData("using var file = File.OpenRead(\"a\"); _ = file.Read(stackalloc byte[1]);")]
    [InlineData("store.PutAsync().Wait(1000);")]
    public async Task WhereNothingCanBeAwaitedOnlyTheSlotIsOffered(string body)
    {
        var document = Verifier.Document(Task("[Task]", "void", body));
        var diagnostic = Assert.Single(await Verifier.DiagnosticsAsync(document));
        Assert.Equal(["CpuSlot"], (await Verifier.ActionsAsync(document, diagnostic)).Select(static a => a.EquivalenceKey));
    }

    [Theory]
    [InlineData("[Task]", "[Task(Slot = SlotKind.Cpu)]")]
    [InlineData("[Task(\"c\")]", "[Task(\"c\", Slot = SlotKind.Cpu)]")]
    [InlineData("[Task(Slot = SlotKind.Io, MaxAttempts = 2)]", "[Task(Slot = SlotKind.Cpu, MaxAttempts = 2)]")]
    public Task TakesACpuSlotByTheFix(string before, string after)
        => Verifier.FixesAsync("HP0020", Task(before, "void", "Thread.Sleep(10);"), Task(after, "void", "Thread.Sleep(10);"), "CpuSlot");

    private static string Task(string attribute, string returns, string body)
        => Store + $"{attribute} public sealed partial class C(IStore store) {{ public IStore Store => store; public {returns} Run(TaskContext context) {{ {body} }} }}";
}
