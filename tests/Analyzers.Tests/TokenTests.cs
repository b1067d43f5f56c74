namespace HighPerf.Analyzers.Tests;

/// <summary>HP0018 and HP0019.</summary>
public sealed class TokenTests
{
    private const string Store = "public interface IStore { Task<int> GetAsync(string key, CancellationToken token = default); Task PutAsync(string key); Task PutAsync(string key, CancellationToken token); ValueTask<string> ReadAsync(int at, CancellationToken token, int count); ValueTask<string> ReadAsync(int at, int count); }\npublic static class Extensions { public static Task<int> CountAsync(this IStore store, int from = 0, CancellationToken token = default) => store.GetAsync(from.ToString(), token); }\n";

    [Theory]
    [InlineData("await Task.[|Delay|](10);")]
    [InlineData("await Task.[|Delay|](10).ConfigureAwait(false);")]
    [InlineData("await Task.[|Delay|](TimeSpan.Zero, TimeProvider.System);")]
    [InlineData("await store.[|GetAsync|](\"a\");")]
    [InlineData("await store.[|PutAsync|](\"a\");")]
    [InlineData("await store.[|ReadAsync|](1, 2);")]
    [InlineData("await File.[|ReadAllTextAsync|](\"a\");")]
    [InlineData("await Task.WhenAll(store.[|GetAsync|](\"a\"), store.[|GetAsync|](\"b\"));")]
    [InlineData("var pending = store.[|GetAsync|](\"a\"); await pending;")]
    [InlineData("await new StringReader(\"\").[|ReadLineAsync|]();")]
    [InlineData("Func<Task> later = async () => await store.[|PutAsync|](\"a\"); await later();")]
    [InlineData("await context.OptionalAsync(async ct => await store.[|PutAsync|](\"a\"));")]
    [InlineData("await context.Publisher.[|PublishAsync|](new Placed(1));")]
    [InlineData("await Helper(context.CancellationToken); async Task Helper(CancellationToken stop) => await store.[|PutAsync|](\"a\");")]
    [InlineData("await Private(context.CancellationToken); } private async Task Private(CancellationToken stop) { await store.[|PutAsync|](\"a\");")]
    [InlineData("try { await store.[|PutAsync|](\"a\"); } finally { await store.PutAsync(\"b\"); }")]
    public Task TokenIsNotPassed(string body)
        => Verifier.HitsAsync("HP0018", Task(body, "TaskContext context"));

    [Theory]
    [InlineData("await Task.Delay(10, context.CancellationToken);")]
    [InlineData("await store.PutAsync(\"a\", CancellationToken.None);")]
    [InlineData("await store.GetAsync(\"a\", default);")]
    [InlineData("await store.GetAsync(\"a\").WaitAsync(context.CancellationToken);")]
    [InlineData("await Task.WhenAll(store.GetAsync(\"a\", context.CancellationToken)).WaitAsync(context.CancellationToken);")]
    [InlineData("await Task.Run(() => 1);")]
    [InlineData("await Task.Yield();")]
    [InlineData("await Task.WhenAll(Task.CompletedTask);")]
    [InlineData("try { await Task.Yield(); } finally { await store.PutAsync(\"undo\"); }")]
    [InlineData("try { await Task.Yield(); } catch (IOException) { await store.PutAsync(\"undo\"); throw; }")]
    [InlineData("await context.RetryAsync(RetryPolicyOf(), ct => new ValueTask(store.PutAsync(\"a\", ct)));")]
    [InlineData("using var source = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken); await store.PutAsync(\"a\", source.Token);")]
    [InlineData("await Parallel.ForEachAsync(new[] { 1 }, new ParallelOptions { CancellationToken = context.CancellationToken }, (n, ct) => default);")]
    [InlineData("await Private(); } private async Task Private() { await store.PutAsync(\"a\");")]
    [InlineData("await With(context, \"a\"); } private Task With(TaskContext own, string a) => Task.FromResult(own.Attempt); private Task With(TaskContext own, string a, CancellationToken token) { return Task.CompletedTask;")]
    [InlineData("Func<Task> later = static async () => await Task.Delay(1); await later();")]
    public Task TokenIsPassedOrNotNeeded(string body)
        => Verifier.SilentAsync(Task(body, "TaskContext context"));

    [Fact]
    public Task OutsideOfATaskNothingIsSaid()
        => Verifier.SilentAsync("public class C { public async Task RunAsync(CancellationToken token) => await Task.Delay(10); }");

    [Theory]
    [InlineData("TaskContext context", "await Task.Delay(10);", "await Task.Delay(10, context.CancellationToken);")]
    [InlineData("CancellationToken stop", "await Task.Delay(10);", "await Task.Delay(10, stop);")]
    [InlineData("CancellationToken stop", "await store.GetAsync(key: \"a\");", "await store.GetAsync(key: \"a\", token: stop);")]
    [InlineData("CancellationToken stop", "await store.ReadAsync(1, 2);", "await store.ReadAsync(1, stop, 2);")]
    [InlineData("TaskContext context", "await context.OptionalAsync(async ct => await store.PutAsync(\"a\"));", "await context.OptionalAsync(async ct => await store.PutAsync(\"a\", ct));")]
    [InlineData("TaskContext context", "await context.OptionalAsync(async _ => await store.PutAsync(\"a\"));", "await context.OptionalAsync(async _ => await store.PutAsync(\"a\", context.CancellationToken));")]
    [InlineData("TaskContext context", "await store.CountAsync();", "await store.CountAsync(token: context.CancellationToken);")]
    [InlineData("TaskContext context", "await store.CountAsync(1);", "await store.CountAsync(1, context.CancellationToken);")]
    [InlineData("TaskContext context", "await Extensions.CountAsync(store, 1);", "await Extensions.CountAsync(store, 1, context.CancellationToken);")]
    [InlineData("TaskContext context", "await Parallel.ForEachAsync(new[] { 1 }, (n, ct) => default);", "await Parallel.ForEachAsync(new[] { 1 }, context.CancellationToken, (n, ct) => default);")]
    [InlineData("TaskContext context", "await System.Text.Json.JsonSerializer.SerializeAsync(Stream.Null, 1);", "await System.Text.Json.JsonSerializer.SerializeAsync(Stream.Null, 1, cancellationToken: context.CancellationToken);")]
    [InlineData("TaskContext context", "var maybe = store.ToString() is null ? null : store; await (maybe?.PutAsync(\"a\") ?? Task.CompletedTask);", "var maybe = store.ToString() is null ? null : store; await (maybe?.PutAsync(\"a\", context.CancellationToken) ?? Task.CompletedTask);")]
    [InlineData("CancellationToken @lock", "await new StringReader(\"\").ReadLineAsync();", "await new StringReader(\"\").ReadLineAsync(@lock);")]
    public Task TokenIsPassedByTheFix(string parameters, string before, string after)
        => Verifier.FixesAsync("HP0018", Task(before, parameters), Task(after, parameters));

    [Theory]
    [InlineData("await Task.Delay(10);")]
    [InlineData("await store.PutAsync(\"a\"); await Task.Delay(1);")]
    [InlineData("Func<Task> later = () => store.PutAsync(\"a\"); await later();")]
    public Task NoTokenIsTaken(string body)
        => Verifier.HitsAsync("HP0019", Store + $"[Task] public sealed partial class C(IStore store) {{ public IStore Store => store; public async Task [|RunAsync|](string key) {{ {body} }} }}");

    [Theory]
    [InlineData("await Task.Yield();")]
    [InlineData("await store.PutAsync(\"a\", CancellationToken.None);")]
    [InlineData("await Task.Run(() => 1);")]
    [InlineData("try { await Task.Yield(); } finally { await store.PutAsync(\"undo\"); }")]
    public Task NoTokenIsNeeded(string body)
        => Verifier.SilentAsync(Store + $"[Task] public sealed partial class C(IStore store) {{ public IStore Store => store; public async Task RunAsync(string key) {{ {body} }} }}");

    [Theory]
    [InlineData("string key = \"a\"", "TaskContext context, string key = \"a\"")]
    [InlineData("", "TaskContext context")]
    public Task ContextIsTakenByTheFix(string before, string after)
        => Verifier.FixesAsync(
            "HP0019",
            Store + $"[Task]\npublic sealed partial class C(IStore store)\n{{\n    public async Task<int> RunAsync({before})\n    {{\n        await Task.Delay(10);\n        return await store.GetAsync(\"a\");\n    }}\n}}\n",
            Store + $"[Task]\npublic sealed partial class C(IStore store)\n{{\n    public async Task<int> RunAsync({after})\n    {{\n        await Task.Delay(10, context.CancellationToken);\n        return await store.GetAsync(\"a\", context.CancellationToken);\n    }}\n}}\n");

    private static string Task(string body, string parameters)
        => Store + "[Event] public sealed partial record Placed(int Id);\n"
            + $"[Task] public sealed partial class C(IStore store) {{ public IStore Store => store; private static RetryPolicy RetryPolicyOf() => null!; public async Task RunAsync({parameters}) {{ {body} }} }}";
}
