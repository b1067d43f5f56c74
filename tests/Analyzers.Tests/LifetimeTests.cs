namespace HighPerf.Analyzers.Tests;

/// <summary>HP0021.</summary>
public sealed class LifetimeTests
{
    private const string Store = """
        public interface IStore { Task PutAsync(); IStore Table(string name); event Action Changed; }
        public static class Bus { public static event Action? Rang; public static void Ring() => Rang?.Invoke(); }
        public static class Extensions { public static Task SaveAsync(this IStore store) => store.PutAsync(); }

        """;

    [Theory]
    [InlineData("s_store = [|store|];")]
    [InlineData("s_store ??= [|store|];")]
    [InlineData("Last = [|store|];")]
    [InlineData("s_context = [|context|];")]
    [InlineData("s_stores.Add([|store|]);")]
    [InlineData("s_byName[\"a\"] = [|store|];")]
    [InlineData("s_action = [|() => store.Table(\"a\")|];")]
    [InlineData("s_timer = [|new Timer(_ => store.Table(\"a\"))|];")]
    [InlineData("s_scopes = [|new Holder(store)|];")]
    [InlineData("[|new Thread(() => store.Table(\"a\"))|].Start();")]
    [InlineData("_ = [|store.PutAsync()|];")]
    [InlineData("_ = [|store.Table(\"a\").PutAsync()|];")]
    [InlineData("_ = [|store.SaveAsync()|];")]
    [InlineData("_ = [|Helper(store)|]; } private static Task Helper(IStore s) { return s.PutAsync();")]
    [InlineData("_ = [|Task.Run(() => store.PutAsync())|];")]
    [InlineData("_ = [|Task.Run(() => context.ReportProgress(1))|];")]
    [InlineData("_ = [|Task.Run(Own)|]; } private Task Own() { return store.PutAsync();")]
    [InlineData("[|ThreadPool.QueueUserWorkItem(_ => store.Table(\"a\"))|];")]
    [InlineData("new List<int>().ForEach(n => [|store.PutAsync()|]);")]
    [InlineData("Bus.Rang += [|() => store.Table(\"a\")|];")]
    [InlineData("Bus.Rang += [|Own|]; } private void Own() { store.Table(\"b\");")]
    public Task Outlives(string body) => Verifier.HitsAsync("HP0021", Task(body));

    [Fact]
    public Task AnOrdinaryConstructorKeepsAService()
        => Verifier.HitsAsync("HP0021", Store + "[Task] public sealed partial class C { private static IStore? s_store; public C(IStore store) => s_store = [|store|]; public void Run() { s_store?.Table(\"a\"); } }");

    [Theory]
    [InlineData("await store.PutAsync();")]
    [InlineData("var pending = store.PutAsync(); await pending;")]
    [InlineData("await Task.Run(() => store.PutAsync());")]
    [InlineData("using var timer = new Timer(_ => context.ReportProgress(0.5)); await store.PutAsync();")]
    [InlineData("var thread = new Thread(() => store.Table(\"a\")); thread.Start(); thread.Join(); await Task.Yield();")]
    [InlineData("new Thread(() => Console.WriteLine()).Start(); await Task.Yield();")]
    [InlineData("var holder = new Holder(store); s_scopes = holder.ToString(); await Task.Yield();")]
    [InlineData("await Task.WhenAll(new[] { 1 }.Select(n => store.PutAsync()));")]
    [InlineData("_store = store; await _store.PutAsync();")]
    [InlineData("_ = Task.Run(() => 1 + 1); await Task.Yield();")]
    [InlineData("_ = await Task.Run(() => store.Table(\"a\"));")]
    [InlineData("s_name = store.ToString(); s_id = context.Id; await Task.Yield();")]
    [InlineData("_ = scopes.ToString(); s_scopes = scopes; s_clock = clock; await Task.Yield();")]
    [InlineData("_ = Task.Run(async () => { await Task.Yield(); _ = scopes.GetType(); }); await Task.Yield();")]
    [InlineData("s_single = single; await Task.Yield();")]
    [InlineData("store.Changed += () => store.Table(\"a\"); await Task.Yield();")]
    [InlineData("Bus.Rang += Own; try { await Task.Yield(); } finally { Bus.Rang -= Own; } } private void Own() { store.Table(\"b\");")]
    [InlineData("Bus.Rang += () => Console.WriteLine(); await Task.Yield();")]
    [InlineData("var list = new List<IStore>(); list.Add(store); await Task.Yield();")]
    [InlineData("_ = context.Publisher.PublishAsync(new Placed(1), context.CancellationToken); await Task.Yield();")]
    public Task EndsWithTheAttempt(string body) => Verifier.SilentAsync(Task(body));

    [Fact]
    public Task OutsideOfATaskNothingIsSaid()
        => Verifier.SilentAsync(Store + "public class C { private static IStore? s_store; public C(IStore store) => s_store = store; public static IStore? Get() => s_store; }");

    [Theory]
    [InlineData("_ = store.PutAsync();", "await store.PutAsync();")]
    [InlineData("_ = Task.Run(() => store.PutAsync());", "await Task.Run(() => store.PutAsync());")]
    public Task AwaitsByTheFix(string before, string after) => Verifier.FixesAsync("HP0021", Task(before), Task(after), "Await");

    [Fact]
    public Task BecomesAFieldOfTheInstanceByTheFix()
        => Verifier.FixesAsync(
            "HP0021",
            Store + "[Task]\npublic sealed partial class C(IStore store)\n{\n    private static IStore? s_store;\n    public void Run() { s_store = store; s_store.Table(\"a\"); }\n}\n",
            Store + "[Task]\npublic sealed partial class C(IStore store)\n{\n    private IStore? s_store;\n    public void Run() { s_store = store; s_store.Table(\"a\"); }\n}\n",
            "Instance");

    private static string Task(string body) => Store + $$"""
        public sealed class Single;
        public sealed record Holder(IStore Store);
        public static class Wiring { public static void Add(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Single>(services); }
        [Event] public sealed partial record Placed(int Id);
        [Task]
        public sealed partial class C(IStore store, Microsoft.Extensions.DependencyInjection.IServiceScopeFactory scopes, TimeProvider clock, Single single)
        {
            private static IStore? s_store;
            private static TaskContext? s_context;
            private static Action? s_action;
            private static Timer? s_timer;
            private static string? s_name;
            private static MessageId s_id;
            private static object? s_scopes, s_clock, s_single;
            private static readonly List<IStore> s_stores = [];
            private static readonly Dictionary<string, IStore> s_byName = [];
            private IStore? _store;
            public static IStore? Last { get; set; }
            public string All() => $"{s_store}{s_context}{s_action}{s_timer}{s_name}{s_id}{s_scopes}{s_clock}{s_single}{s_stores}{s_byName}{_store}{store}{scopes}{clock}{single}";
            public async Task RunAsync(TaskContext context) { {{body}} }
        }
        """;
}
