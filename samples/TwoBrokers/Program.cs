using HighPerf;
using HighPerf.Samples;
using HighPerf.Samples.TwoBrokers;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

// A task moves from one broker to another while it is in use: TwoBrokers [OLD NEW], two embedded brokers by default.
// Each application stands for a deployment: the workers, and publishers of the old and of the new configuration.
const string Queue = "shipping";
var home = Directory.CreateTempSubdirectory("two-brokers-").FullName;
var (oldAddress, newAddress) = args is [var first, var second] ? (first, second) : ($"embedded:{home}/old", $"embedded:{home}/new");
var shipped = new Shipped();
try
{
    // 1. Workers consume from both brokers before anything is sent to the new one.
    await using var workers = Create(isOwner: true, hp => hp.AddWorker(worker => worker.Queues = [$"old/{Queue}", $"new/{Queue}"]));
    await workers.StartAsync();
    await using var before = Create(isOwner: false, hp => hp.WithoutWorker().Route<Ship>().To("old", Queue));
    await before.StartAsync();
    var next = 0;
    await SendAsync(before, 500);
    Console.WriteLine($"By the old broker: {next} orders sent.");

    // 2. Publishers change, one after another. For a while both brokers have work.
    await using (var after = Create(isOwner: false, hp => hp.WithoutWorker().Route<Ship>().To("new", Queue)))
    {
        await after.StartAsync();
        await Task.WhenAll(SendAsync(before, 500), SendAsync(after, 500));
        await before.StopAsync();
        Console.WriteLine($"By both: {next} orders sent, and no publisher knows the old broker any more.");

        // 3. The old queue empties; then the workers need not consume it either.
        var old = shipped.Old!;
        while (await old.GetLengthAsync(Queue, default) is not { Ready: 0, Delayed: 0, InFlight: 0 })
        {
            await Task.Delay(20);
        }

        Console.WriteLine("The old queue is empty: it can go.");
        await SendAsync(after, 500);
    }

    await shipped.WaitAsync(next);
    Console.WriteLine($"By the new broker: {next} orders sent, {shipped.Count} shipped, none lost.");
    return 0;

    async Task SendAsync(HighPerfApplication application, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await application.Publisher.SendAsync(Ship.Call(Interlocked.Increment(ref next)));
        }
    }
}
catch (Exception problem) when (problem is ArgumentException or HighPerfException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
finally
{
    Directory.Delete(home, recursive: true);
}

HighPerfApplication Create(bool isOwner, Action<HighPerfBuilder> configure) => HighPerfApplication.Create(
    hp =>
    {
        hp.AddTransport("old", services => shipped.Old = BrokerAddress.Create("old", oldAddress, isOwner, services));
        hp.AddTransport("new", services => BrokerAddress.Create("new", newAddress, isOwner, services));
        configure(hp);
    },
    services => services.Add(shipped),
    minimumLevel: LogLevel.Warning);
