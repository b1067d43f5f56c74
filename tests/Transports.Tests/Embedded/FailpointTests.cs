using HighPerf.Diagnostics;
using HighPerf.Transports.Tests.Failpoints;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>
/// At every failpoint a worker dies, hangs, throws or is slow, the second time that it gets there; whoever comes after it finishes the work. Asked of each: is anything lost, doubled
/// more than this explains, or stuck? The same with a server between: <see cref="FailpointSweep{TFixture}"/>.
/// </summary>
public sealed class FailpointTests : IDisposable
{
    private const int Count = 4;
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-failpoint-").FullName;

    public static IEnumerable<object[]> Cases { get; } =
    [
        .. from name in FailpointNames.Ordered
        from action in (string[])["kill", "throw", "hang", "delay=100"]
        select new object[] { name, action },
    ];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nothing_is_lost_and_nothing_is_stuck(string name, string action)
    {
        var (broker, ledger) = ("embedded:" + Path.Combine(_directory, "queue"), Path.Combine(_directory, "ledger"));
        Assert.Equal(0, await CrashApp.RunAsync(null, "order", broker, $"{Count}", "default"));
        var code = await CrashApp.RunAsync($"{name}:2:{action}", "work", broker, $"{Count}", "default", ledger);
        Assert.Equal(action == "kill" ? CrashApp.Killed : 0, code);
        if (action is "kill" or "hang")
        {
            // What hangs is renewed while its process lives: it comes to another one when that ends.
            Assert.Equal(0, await CrashApp.RunAsync(null, "work", broker, $"{Count}", "default", ledger));
        }

        // What was disturbed is done again at most, and so is what follows from it: all that were being done when the process was killed, otherwise one.
        await HouseLedger.AssertKeptAsync(ledger, Count, HouseLedger.Ordered, action is "kill" or "hang" ? HouseLedger.Slots : 1);
    }

    [Fact]
    public async Task Killed_after_a_reply_every_caller_has_its_result_once()
    {
        // The queue is here, and caller and worker are clients of it.
        var (ledger, socket) = (Path.Combine(_directory, "ledger"), Path.Combine(_directory, "s"));
        await using var broker = new EmbeddedTransport("broker", new EmbeddedTransportOptions { Path = Path.Combine(_directory, "queue"), Socket = socket });
        await broker.StartAsync(CancellationToken.None);
        string[] answer = ["answer", "client:" + socket, $"{Count}", "default", ledger];
        var asking = CrashApp.RunAsync(null, "ask", "client:" + socket, $"{Count}", "default");
        Assert.Equal(CrashApp.Killed, await CrashApp.RunAsync($"{Failpoint.AfterReply}:2:kill", answer));
        Assert.Equal(0, await CrashApp.RunAsync(null, answer));
        Assert.Equal(0, await asking);
        await HouseLedger.AssertKeptAsync(ledger, Count, ["ran", "stored"], HouseLedger.Slots);
    }
}
